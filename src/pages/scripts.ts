/**
 * What pages do better where scripts run. None of it is needed. Written without double quotes, ampersands and opening angle brackets,
 * which an element's text would not keep.
 */

const compact = (script: string) => script.trim().replaceAll(/\n\s*/g, '')

/** Lets a button put a field's value on the clipboard. */
export const copyScript = compact(`
(() => {
  const field = document.getElementById('code'), button = document.getElementById('copy');
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener('click', async () => {
    field.select();
    await navigator.clipboard.writeText(field.value);
    button.textContent = button.dataset.done;
  });
})()
`)

/** Lets a list on the page follow what is typed above it. What is chosen stays in sight; the button asks for the rest of the list. */
export const filterScript = compact(`
(() => {
  const field = document.getElementById('project-search'), list = document.getElementById('project-list');
  if (!field || !list) return;
  const count = document.getElementById('project-count');
  const fold = (text) => text.normalize('NFKC').toLowerCase().trim();
  const rows = [...list.children].map((row) => ({ row, box: row.querySelector('input'), name: fold(row.querySelector('bdi').textContent) }));
  field.addEventListener('input', () => {
    const wanted = fold(field.value);
    rows.forEach(({ row, box, name }) => { row.hidden = !name.includes(wanted) ? !box.checked : false });
    count.textContent = count.dataset.text.replace('#', String(rows.filter(({ row }) => !row.hidden).length));
  });
})()
`)
