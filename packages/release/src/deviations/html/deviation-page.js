'use strict';
(() => {
  const table = document.querySelector('#overlays table');
  const toolbar = document.querySelector('.toolbar');
  const tables = [...document.querySelectorAll('table')];
  const numeric = new Set(['lines', 'since']);
  const collator = new Intl.Collator('en');

  const rowsOf = new Map(tables.map((each) => [each, [...each.tBodies]]));
  const texts = new Map([...rowsOf.values()].flat().map((row) => [row, row.rows[0].textContent.toLowerCase()]));

  function compare(key, a, b) {
    const [left, right] = [a.dataset[key], b.dataset[key]];
    const order = numeric.has(key) ? left - right : collator.compare(left, right);
    return order || a.dataset.position - b.dataset.position;
  }

  /** The first click sorts texts upwards and numbers downwards, the next one turns it around. */
  function sortBy(heading) {
    const key = heading.dataset.sort;
    const first = numeric.has(key) ? 'descending' : 'ascending';
    const other = first === 'ascending' ? 'descending' : 'ascending';
    const direction = heading.getAttribute('aria-sort') === first ? other : first;
    const owner = heading.closest('table');
    for (const each of owner.tHead.querySelectorAll('th')) {
      each.removeAttribute('aria-sort');
    }
    heading.setAttribute('aria-sort', direction);
    const sign = direction === 'ascending' ? 1 : -1;
    rowsOf.get(owner).sort((a, b) => sign * compare(key, a, b));
    place(owner);
  }

  function makeSortable(heading) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = heading.textContent;
    button.addEventListener('click', () => sortBy(heading));
    heading.replaceChildren(button);
  }

  for (const heading of document.querySelectorAll('th[data-sort]')) {
    makeSortable(heading);
  }

  if (table === null || toolbar === null) {
    return;
  }

  const chosen = { category: new Set(), status: new Set() };
  const filter = document.getElementById('filter');
  const shown = document.getElementById('shown');
  const none = document.getElementById('none');
  const open = document.getElementById('open');
  const settings = document.getElementById('settings');
  const groups = new Map();
  let groupKey = toolbar.querySelector('[data-by][aria-pressed="true"]').dataset.by;

  /** Puts the rows of a table in their order; those of the overlays below the head of their group. */
  function place(owner) {
    const rows = rowsOf.get(owner);
    if (owner !== table || groupKey === '') {
      owner.append(...rows);
      return;
    }
    const members = new Map([...groups.keys()].map((key) => [key, []]));
    for (const row of rows) {
      members.get(row.dataset[groupKey]).push(row);
    }
    owner.append(...[...groups].flatMap(([key, head]) => [head, ...members.get(key)]));
  }

  /** Categories and states stand in the order of their chips; what is not stated stands last. */
  function groupBy(key) {
    for (const head of groups.values()) {
      head.remove();
    }
    groups.clear();
    groupKey = key;
    table.dataset.by = key;
    const order = [...toolbar.querySelectorAll(`[data-group="${key}"]`)].map((chip) => chip.dataset.key);
    const rank = (value) => (value === '' ? order.length : order.indexOf(value));
    const keys = key === '' ? [] : [...new Set(rowsOf.get(table).map((row) => row.dataset[key]))];
    for (const each of keys.sort((a, b) => rank(a) - rank(b) || collator.compare(a, b))) {
      groups.set(each, groupHead(key, each, order.includes(each)));
    }
    place(table);
    applyFilter();
  }

  function groupHead(key, value, hasChip) {
    const head = document.createElement('tbody');
    const cell = document.createElement('th');
    const row = head.insertRow();
    const chip = hasChip ? toolbar.querySelector(`[data-group="${key}"][data-key="${CSS.escape(value)}"]`) : null;
    const label = document.createElement('span');
    label.textContent = chip?.firstChild.textContent.trim() ?? (value === '' ? 'Not stated' : value);
    label.className = chip === null ? '' : `tag ${[...chip.classList].find((name) => name.startsWith('colour-')) ?? ''}`;
    cell.colSpan = table.tHead.rows[0].cells.length;
    cell.scope = 'rowgroup';
    cell.append(label, document.createElement('small'));
    head.className = 'group';
    head.setAttribute('role', 'rowgroup');
    row.setAttribute('role', 'row');
    cell.setAttribute('role', 'rowheader');
    row.append(cell);
    return head;
  }

  function countGroups(visible) {
    const byKey = Map.groupBy(visible, (row) => row.dataset[groupKey]);
    for (const [key, head] of groups) {
      const members = byKey.get(key) ?? [];
      const components = new Set(members.map((row) => row.dataset.component)).size;
      const overlays = `${members.length} ${members.length === 1 ? 'overlay' : 'overlays'}`;
      head.hidden = members.length === 0;
      head.querySelector('small').textContent =
        groupKey === 'component' ? overlays : `${overlays}, ${components} ${components === 1 ? 'component' : 'components'}`;
    }
  }

  /** Words of the filter box must all occur; of the chips of one group any, of both groups each. */
  function applyFilter() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const hasWords = (row) => words.every((word) => texts.get(row).includes(word));
    const isChosen = (row) =>
      Object.entries(chosen).every(([group, keys]) => keys.size === 0 || keys.has(row.dataset[group]));
    const rows = rowsOf.get(table);
    const visible = rows.filter((row) => hasWords(row) && isChosen(row));
    const kept = new Set(visible);
    for (const row of rows) {
      row.hidden = !kept.has(row);
    }
    countGroups(visible);
    filterSettings(hasWords);
    const all = `${rows.length} ${rows.length === 1 ? 'overlay' : 'overlays'}`;
    shown.textContent = visible.length === rows.length ? all : `${visible.length} of ${all}`;
    none.hidden = visible.length > 0;
  }

  /** Settings state no category and no status: with a chip chosen, none of them matches. */
  function filterSettings(hasWords) {
    if (settings === null) {
      return;
    }
    const noneChosen = Object.values(chosen).every((keys) => keys.size === 0);
    const rows = rowsOf.get(settings.querySelector('table'));
    for (const row of rows) {
      row.hidden = !(noneChosen && hasWords(row));
    }
    settings.hidden = rows.every((row) => row.hidden);
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

  function chooseGrouping(button) {
    for (const each of toolbar.querySelectorAll('[data-by]')) {
      each.setAttribute('aria-pressed', String(each === button));
    }
    groupBy(button.dataset.by);
  }

  function setDiffs(isOpen) {
    for (const details of table.querySelectorAll('.diff details')) {
      details.open = isOpen;
    }
    if (open !== null) {
      open.setAttribute('aria-pressed', String(isOpen));
      open.textContent = isOpen ? 'Close all diffs' : 'Open all diffs';
    }
  }

  function focusFilter(event) {
    if (event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && event.target !== filter) {
      event.preventDefault();
      filter.focus();
    }
  }

  table.tHead.querySelector('th[data-sort="component"]').setAttribute('aria-sort', 'ascending');
  for (const button of toolbar.querySelectorAll('[data-group]')) {
    button.addEventListener('click', () => toggleChip(button));
  }
  for (const button of toolbar.querySelectorAll('[data-by]')) {
    button.addEventListener('click', () => chooseGrouping(button));
  }
  filter.addEventListener('input', applyFilter);
  open?.addEventListener('click', () => setDiffs(open.getAttribute('aria-pressed') !== 'true'));
  addEventListener('keydown', focusFilter);
  addEventListener('beforeprint', () => setDiffs(true));
  toolbar.hidden = false;
  groupBy(groupKey);
})();
