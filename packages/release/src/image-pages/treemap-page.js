'use strict';
(() => {
  const gap = 1;
  const headHeight = 17;
  const shownEntries = 25;
  const zoomMilliseconds = 260;
  const byId = (id) => document.getElementById(id);
  const { origins, root: packed } = JSON.parse(byId('data').textContent);
  const canvas = document.querySelector('canvas');
  const search = byId('search');
  const tip = byId('tip');
  const cursor = byId('cursor');
  let colourBy = 'package';
  let cells = [];
  let current;
  let theme;

  function unpack([name, content, origin], parent) {
    const path = parent === null ? '/' : `${parent.path === '/' ? '' : parent.path}/${name}`;
    const node = { name, path, parent, origin, size: 0, files: 0, children: [] };
    if (typeof content === 'number') {
      return Object.assign(node, { size: content, files: 1, text: `${path} ${origins[origin].detail}`.toLowerCase() });
    }
    node.children = content.map((child) => unpack(child, node)).sort((a, b) => b.size - a.size);
    node.size = node.children.reduce((sum, child) => sum + child.size, 0);
    node.files = node.children.reduce((sum, child) => sum + child.files, 0);
    return node;
  }

  const root = unpack(packed, null);
  const isDirectory = (node) => node.children.length > 0;

  function* filesOf(node) {
    if (!isDirectory(node)) {
      yield node;
    }
    for (const child of node.children) {
      yield* filesOf(child);
    }
  }

  /** Bytes by origin below a directory, the largest first. */
  function originSums(node) {
    const sums = new Map();
    for (const file of filesOf(node)) {
      sums.set(file.origin, (sums.get(file.origin) ?? 0) + file.size);
    }
    return [...sums].sort((a, b) => b[1] - a[1]);
  }

  /** Neighbours in size are far apart in hue: multiples of the golden angle. */
  const goldenAngle = 137.508;
  const originRank = new Map(originSums(root).map(([origin], rank) => [origin, rank]));
  const leastGroups = 14;
  let groupRank = new Map();

  /** Directories below the current one that are told apart by colour: the largest is divided until there are enough. */
  function groupByDirectory() {
    let groups = [...current.children];
    while (groups.length < leastGroups) {
      const largest = groups.filter(isDirectory).reduce((a, b) => (a === null || b.size > a.size ? b : a), null);
      if (largest === null) {
        break;
      }
      groups = [...groups.filter((each) => each !== largest), ...largest.children];
    }
    groups.sort((a, b) => b.size - a.size);
    groupRank = new Map(groups.map((group, rank) => [group, rank]));
  }

  function hueOf(node) {
    if (colourBy === 'package') {
      return originRank.get(node.origin) * goldenAngle + 210;
    }
    let group = node;
    while (group !== null && !groupRank.has(group)) {
      group = group.parent;
    }
    return (groupRank.get(group) ?? 0) * goldenAngle + 210;
  }

  function formatSize(bytes) {
    const units = ['B', 'kB', 'MB', 'GB', 'TB'];
    let value = bytes;
    let unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
  }

  const formatShare = (part, whole) => `${(whole === 0 ? 0 : (part / whole) * 100).toFixed(1)} %`;
  const formatCount = (count) => count.toLocaleString('en');

  /** The largest aspect ratio of a row of areas beside a side of the given length. */
  function worst(row, sum, side) {
    const square = sum * sum;
    const across = side * side;
    return Math.max((across * row[0].area) / square, square / (across * row.at(-1).area));
  }

  /** Squarified treemap (Bruls, Huizing and van Wijk, 2000): places nodes, largest first, into a rectangle. */
  function squarify(nodes, box) {
    const total = nodes.reduce((sum, node) => sum + node.size, 0);
    const scale = (box.w * box.h) / total;
    const todo = nodes.map((node) => ({ node, area: node.size * scale }));
    const placed = [];
    let { x, y, w, h } = box;
    for (let at = 0; at < todo.length; ) {
      const side = Math.min(w, h);
      const row = [todo[at++]];
      let sum = row[0].area;
      while (at < todo.length) {
        const wider = sum + todo[at].area;
        if (worst([...row.slice(0, 1), todo[at]], wider, side) > worst(row, sum, side)) {
          break;
        }
        row.push(todo[at++]);
        sum = wider;
      }
      const thickness = side > 0 ? sum / side : 0;
      let along = 0;
      for (const { node, area } of row) {
        const length = thickness > 0 ? area / thickness : 0;
        placed.push(
          w >= h
            ? { node, x, y: y + along, w: thickness, h: length }
            : { node, x: x + along, y, w: length, h: thickness },
        );
        along += length;
      }
      [x, y, w, h] = w >= h ? [x + thickness, y, w - thickness, h] : [x, y + thickness, w, h - thickness];
    }
    return placed;
  }

  /** Everything that is large enough to be seen, outer boxes first. */
  function layOut(node, box, into) {
    into.push({ node, ...box });
    if (!isDirectory(node) || box.w < 3 || box.h < 3) {
      return into;
    }
    const hasHead = node !== current && box.w > 44 && box.h > 40;
    const edge = node === current ? 0 : Math.min(2, box.w / 12, box.h / 12);
    const head = hasHead ? headHeight : edge;
    const inner = { x: box.x + edge, y: box.y + head, w: box.w - 2 * edge, h: box.h - head - edge };
    for (const { node: child, ...place } of squarify(node.children, inner)) {
      layOut(child, place, into);
    }
    return into;
  }

  function readTheme() {
    const style = getComputedStyle(document.documentElement);
    const value = (name) => style.getPropertyValue(name).trim();
    theme = {
      ...{ card: value('--card'), frame: value('--frame'), ink: value('--ink'), cellInk: value('--cell-ink') },
      ...{ light: Number(value('--cell-light')), chroma: Number(value('--cell-chroma')), font: getComputedStyle(document.body).fontFamily },
    };
  }

  function fit(context, text, width) {
    if (context.measureText(text).width <= width) {
      return text;
    }
    let length = Math.floor((text.length * width) / context.measureText(text).width);
    while (length > 1 && context.measureText(`${text.slice(0, length)}…`).width > width) {
      length--;
    }
    return length > 2 ? `${text.slice(0, length)}…` : '';
  }

  function drawFile(context, { node, x, y, w, h }, isMatch) {
    context.globalAlpha = isMatch ? 1 : 0.13;
    context.fillStyle = `oklch(${theme.light} ${theme.chroma} ${hueOf(node) % 360})`;
    context.fillRect(x, y, Math.max(w - gap, 0.4), Math.max(h - gap, 0.4));
    if (w > 42 && h > 17) {
      context.fillStyle = theme.cellInk;
      context.font = `12px ${theme.font}`;
      context.fillText(fit(context, node.name, w - 10), x + 5, y + 14);
      const size = formatSize(node.size);
      if (h > 34 && context.measureText(size).width <= w - 10) {
        context.globalAlpha *= 0.7;
        context.fillText(size, x + 5, y + 29);
      }
    }
  }

  function drawDirectory(context, { node, x, y, w, h }) {
    context.globalAlpha = 1;
    context.fillStyle = theme.frame;
    context.fillRect(x, y, Math.max(w - gap, 0.4), Math.max(h - gap, 0.4));
    if (w > 44 && h > 40) {
      context.fillStyle = theme.ink;
      context.font = `600 11.5px ${theme.font}`;
      const size = formatSize(node.size);
      const name = fit(context, `${node.name}/`, w - 12);
      context.fillText(name, x + 5, y + 12.5);
      const left = context.measureText(name).width + 14;
      context.font = `11px ${theme.font}`;
      if (left + context.measureText(size).width < w - 8) {
        context.globalAlpha = 0.65;
        context.fillText(size, x + left, y + 12.5);
      }
    }
  }

  const words = () => search.value.toLowerCase().split(/\s+/).filter(Boolean);

  function matcher() {
    const wanted = words();
    return (file) => wanted.every((word) => file.text.includes(word));
  }

  function draw() {
    const { clientWidth: w, clientHeight: h } = canvas;
    const ratio = devicePixelRatio || 1;
    canvas.width = Math.round(w * ratio);
    canvas.height = Math.round(h * ratio);
    const context = canvas.getContext('2d');
    context.scale(ratio, ratio);
    context.fillStyle = theme.card;
    context.fillRect(0, 0, w, h);
    cells = root.size === 0 ? [] : layOut(current, { x: 0, y: 0, w, h }, []);
    const isMatch = matcher();
    for (const cell of cells.slice(1)) {
      if (isDirectory(cell.node)) {
        drawDirectory(context, cell);
      } else {
        drawFile(context, cell, isMatch(cell.node));
      }
    }
  }

  /** The new picture grows out of, or shrinks into, the place of the inner directory in the outer one. */
  function drawZoom(from, to) {
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches || document.hidden;
    const isInwards = to.path.startsWith(from.path === '/' ? '/' : `${from.path}/`);
    const before = document.createElement('canvas');
    [before.width, before.height] = [canvas.width, canvas.height];
    before.getContext('2d').drawImage(canvas, 0, 0);
    const beforeCell = cells.find(({ node }) => node === to);
    draw();
    const cell = isInwards ? beforeCell : cells.find(({ node }) => node === from);
    if (isStill || from === to || cell === undefined) {
      return;
    }
    const after = document.createElement('canvas');
    [after.width, after.height] = [canvas.width, canvas.height];
    after.getContext('2d').drawImage(canvas, 0, 0);
    animate(isInwards ? [before, after] : [after, before], cell, { isInwards, target: to });
  }

  function animate([outer, inner], cell, { isInwards, target }) {
    const context = canvas.getContext('2d');
    const { clientWidth: w, clientHeight: h } = canvas;
    const start = performance.now();
    const step = (now) => {
      if (target !== current) {
        return;
      }
      const passed = Math.min(1, Math.max(0, now - start) / zoomMilliseconds);
      const eased = 1 - (1 - passed) ** 3;
      const t = isInwards ? eased : 1 - eased;
      const [width, height] = [cell.w + (w - cell.w) * t, cell.h + (h - cell.h) * t];
      const [x, y] = [cell.x * (1 - t), cell.y * (1 - t)];
      const [sx, sy] = [width / cell.w, height / cell.h];
      context.globalAlpha = 1;
      context.drawImage(outer, x - cell.x * sx, y - cell.y * sy, w * sx, h * sy);
      context.globalAlpha = t;
      context.drawImage(inner, x, y, width, height);
      if (passed < 1) {
        requestAnimationFrame(step);
      } else {
        draw();
      }
    };
    requestAnimationFrame(step);
  }

  function element(tag, text, className = '') {
    const made = document.createElement(tag);
    made.textContent = text;
    if (className !== '') {
      made.className = className;
    }
    return made;
  }

  function button(text, onClick) {
    const made = element('button', text);
    made.type = 'button';
    made.addEventListener('click', onClick);
    return made;
  }

  function showCrumbs() {
    const chain = [];
    for (let node = current; node !== null; node = node.parent) {
      chain.unshift(node);
    }
    const parts = chain.map((node) => {
      const crumb = button(node === root ? '/' : node.name, () => goTo(node));
      if (node === current) {
        crumb.setAttribute('aria-current', 'page');
      }
      return crumb;
    });
    const separated = parts.flatMap((part, at) => (at < 2 ? [part] : [element('span', '/', 'quiet'), part]));
    const size = `${formatSize(current.size)} in ${formatCount(current.files)} ${current.files === 1 ? 'file' : 'files'}, ${formatShare(current.size, root.size)}`;
    byId('crumbs').replaceChildren(...separated, element('span', size, 'size'));
  }

  function listRow({ name, size }, onClick) {
    const row = document.createElement('li');
    const made = button('', onClick ?? (() => {}));
    made.disabled = onClick === undefined;
    const meter = document.createElement('meter');
    meter.value = current.size === 0 ? 0 : size / current.size;
    made.append(element('span', name, 'name'), element('span', formatSize(size)), element('span', formatShare(size, current.size), 'share'), meter);
    made.title = name;
    row.append(made);
    return row;
  }

  function fillList(id, rows, total) {
    const rest = total - rows.length;
    byId(id).replaceChildren(...rows, ...(rest > 0 ? [element('li', `… ${formatCount(rest)} more`, 'more')] : []));
  }

  function showLists() {
    byId('here').textContent = current.path;
    const entries = current.children.slice(0, shownEntries).map((node) => {
      const open = isDirectory(node) ? () => goTo(node) : undefined;
      return listRow({ name: open === undefined ? node.name : `${node.name}/`, size: node.size }, open);
    });
    fillList('entries', entries, current.children.length);
    const sums = originSums(current);
    const rows = sums.slice(0, shownEntries).map(([origin, size]) => {
      const { name, detail } = origins[origin];
      return listRow({ name, size }, () => {
        search.value = search.value === detail ? '' : detail;
        applySearch();
      });
    });
    fillList('origins', rows, sums.length);
  }

  function applySearch() {
    draw();
    if (words().length === 0) {
      byId('found').textContent = '';
      return;
    }
    const isMatch = matcher();
    const found = [...filesOf(current)].filter(isMatch);
    const size = found.reduce((sum, file) => sum + file.size, 0);
    byId('found').textContent = `${formatCount(found.length)} ${found.length === 1 ? 'file' : 'files'}, ${formatSize(size)}`;
  }

  const goTo = (node) => {
    location.hash = encodeURI(node.path);
  };

  function nodeOfAddress() {
    let wanted = '/';
    try {
      wanted = decodeURI(location.hash.slice(1)) || '/';
    } catch {
      // an address that somebody mistyped leads to the root
    }
    let node = root;
    for (const name of wanted.split('/').filter(Boolean)) {
      node = node.children.find((child) => child.name === name && isDirectory(child)) ?? node;
    }
    return node;
  }

  function show(node) {
    const from = current ?? node;
    current = node;
    groupByDirectory();
    hideTip();
    showCrumbs();
    showLists();
    drawZoom(from, node);
    applyFound();
  }

  function applyFound() {
    if (words().length > 0) {
      applySearch();
    }
  }

  function cellAt(event) {
    const { left, top: above } = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - above];
    return cells.findLast((cell) => x >= cell.x && x < cell.x + cell.w && y >= cell.y && y < cell.y + cell.h);
  }

  function hideTip() {
    tip.hidden = true;
    cursor.hidden = true;
  }

  function showTip(event) {
    const cell = cellAt(event);
    if (cell === undefined || cell.node === current) {
      hideTip();
      return;
    }
    const { node, x, y, w, h } = cell;
    const size = `${formatSize(node.size)}, ${formatShare(node.size, root.size)} of the image`;
    const files = isDirectory(node) ? `${formatCount(node.files)} files` : '';
    const { kind, detail } = isDirectory(node) ? { kind: '', detail: files } : origins[node.origin];
    const from = kind === 'rule' ? `rule: ${detail}` : detail;
    tip.replaceChildren(element('strong', isDirectory(node) ? `${node.path}/` : node.path), element('span', size), element('span', from));
    [tip.hidden, cursor.hidden] = [false, false];
    Object.assign(cursor.style, { left: `${x}px`, top: `${y}px`, width: `${w}px`, height: `${h}px` });
    placeTip(event);
  }

  /** Beside the pointer, inside the window. */
  function placeTip({ clientX, clientY }) {
    const { offsetWidth, offsetHeight } = tip;
    const left = Math.max(8, Math.min(clientX + 14, innerWidth - offsetWidth - 8));
    const below = clientY + 18;
    const y = below + offsetHeight > innerHeight ? Math.max(8, clientY - offsetHeight - 12) : below;
    tip.style.transform = `translate(${left}px, ${y}px)`;
  }

  /** One level inwards, towards what was clicked. */
  function openAt(event) {
    let node = cellAt(event)?.node;
    while (node !== undefined && node !== null && node !== current && node.parent !== current) {
      node = node.parent;
    }
    if (node && node !== current && isDirectory(node)) {
      goTo(node);
    } else {
      showTip(event);
    }
  }

  function onKey(event) {
    const isTyping = event.target === search;
    if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
    } else if (event.key === 'Escape' && search.value !== '') {
      search.value = '';
      applySearch();
    } else if ((event.key === 'Escape' || (event.key === 'Backspace' && !isTyping)) && current.parent !== null) {
      goTo(current.parent);
    }
  }

  function chooseColours(chosen) {
    colourBy = chosen.dataset.colour;
    for (const each of document.querySelectorAll('[data-colour]')) {
      each.setAttribute('aria-pressed', String(each === chosen));
    }
    draw();
  }

  byId('tables').hidden = true;
  byId('map').hidden = false;
  readTheme();
  canvas.addEventListener('pointermove', showTip);
  canvas.addEventListener('pointerleave', hideTip);
  canvas.addEventListener('click', openAt);
  search.addEventListener('input', applySearch);
  addEventListener('keydown', onKey);
  addEventListener('hashchange', () => show(nodeOfAddress()));
  addEventListener('scroll', hideTip, { passive: true });
  for (const each of document.querySelectorAll('[data-colour]')) {
    each.addEventListener('click', () => chooseColours(each));
  }
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    readTheme();
    draw();
  });
  show(nodeOfAddress());
  new ResizeObserver(() => draw()).observe(canvas);
})();
