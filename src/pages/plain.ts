const longest = 80

/** Without control characters, and without anything invisible or that turns the direction of the text around it. */
export const visible = (text: string): string =>
  text
    .replace(/\s+/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u115f\u1160\u3164\uffa0]/gu, '')
    .trim()

/** A self-chosen name fit to be shown: visible, and not so long that it pushes the rest of the page away. */
export function plain(name: string): string {
  const letters = [...visible(name)]
  return letters.length > longest ? `${letters.slice(0, longest - 1).join('')}…` : letters.join('')
}

/** The sign that stands for a name where there is no picture. */
export const initial = (name: string): string => /[\p{L}\p{N}]/u.exec(name)?.[0].toLocaleUpperCase() ?? '?'

/** Begins a label that the host wrote in lower case, such as `workspace`, as a heading does. */
export const capitalised = (text: string): string => {
  const [first = '', ...rest] = text
  return first.toLocaleUpperCase() + rest.join('')
}
