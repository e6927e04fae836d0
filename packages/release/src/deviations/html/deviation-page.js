'use strict';
(() => {
  const table = document.querySelector('table');
  const toolbar = document.querySelector('.toolbar');
  if (table === null || toolbar === null) {
    return;
  }
  const rows = [...table.tBodies];
  const texts = new Map(rows.map((row) => [row, row.rows[0].textContent.toLowerCase()]));
  const chosen = { category: new Set(), status: new Set() };
  const filter = document.getElementById('filter');
  const shown = document.getElementById('shown');
  const none = document.getElementById('none');
  const open = document.getElementById('open');

  /** Words of the filter box must all occur; of the chips of one group any, of both groups each. */
  function applyFilter() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const matches =
        words.every((word) => texts.get(row).includes(word)) &&
        Object.entries(chosen).every(([group, keys]) => keys.size === 0 || keys.has(row.dataset[group]));
      row.hidden = !matches;
      count += matches ? 1 : 0;
    }
    shown.textContent = count === rows.length ? `${count} changes` : `${count} of ${rows.length} changes`;
    none.hidden = count > 0;
  }

  function toggleChip(button) {
    const keys = chosen[button.dataset.group];
    const pressed = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(pressed));
    if (pressed) {
      keys.add(button.dataset.key);
    } else {
      keys.delete(button.dataset.key);
    }
    applyFilter();
  }

  function compare(key, a, b) {
    const [left, right] = [a.dataset[key], b.dataset[key]];
    const order = key === 'lines' || key === 'since' ? left - right : left < right ? -1 : left > right ? 1 : 0;
    return order || a.dataset.position - b.dataset.position;
  }

  /** The first click sorts texts upwards and numbers downwards, the next one turns it around. */
  function sortBy(heading) {
    const key = heading.dataset.sort;
    const first = key === 'lines' || key === 'since' ? 'descending' : 'ascending';
    const other = first === 'ascending' ? 'descending' : 'ascending';
    const direction = heading.getAttribute('aria-sort') === first ? other : first;
    for (const each of table.tHead.querySelectorAll('th')) {
      each.removeAttribute('aria-sort');
    }
    heading.setAttribute('aria-sort', direction);
    const sign = direction === 'ascending' ? 1 : -1;
    rows.sort((a, b) => sign * compare(key, a, b));
    table.append(...rows);
  }

  function makeSortable(heading) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = heading.textContent;
    button.addEventListener('click', () => sortBy(heading));
    heading.replaceChildren(button);
  }

  function setDiffs(isOpen) {
    for (const details of table.querySelectorAll('details')) {
      details.open = isOpen;
    }
    open.setAttribute('aria-pressed', String(isOpen));
    open.textContent = isOpen ? 'Close all diffs' : 'Open all diffs';
  }

  table.tHead.querySelectorAll('th[data-sort]').forEach(makeSortable);
  table.tHead.querySelector('th[data-sort="component"]').setAttribute('aria-sort', 'ascending');
  toolbar.querySelectorAll('.chip').forEach((button) => button.addEventListener('click', () => toggleChip(button)));
  filter.addEventListener('input', applyFilter);
  open.addEventListener('click', () => setDiffs(open.getAttribute('aria-pressed') !== 'true'));
  addEventListener('beforeprint', () => setDiffs(true));
  toolbar.hidden = false;
  applyFilter();
})();
