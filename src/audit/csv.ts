/**
 * A spreadsheet takes a cell that begins like this for a formula, and runs it. Some split cells at other signs than the comma, so
 * that a cell of theirs may begin within one of ours.
 */
const formula = /(?<=^|[;\t\r\n])(?=[=+\-@\t\r\n＝＋－＠])/g

/** One cell, always in quotes (RFC 4180 section 2). An apostrophe before a formula makes it text. */
const cell = (text: string): string => `"${text.replaceAll(formula, "'").replaceAll('"', '""')}"`

/** One line, its end included. */
export const csvLine = (cells: readonly string[]): string => `${cells.map(cell).join(',')}\r\n`
