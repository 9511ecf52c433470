/** Returns the element with an id. */
export const $ = (id) => document.getElementById(id);

const SVG = 'http://www.w3.org/2000/svg';

/** Paths in a 24 by 24 view box. */
const ICONS = {
  theme: 'M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18',
  dice: 'M5 4h14a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1zM8.5 8.5h.01M15.5 8.5h.01M12 12h.01M8.5 15.5h.01M15.5 15.5h.01',
  brush: 'M20 4c-5 1-9 5-11 9l2 2c4-2 8-6 9-11zM8 14c-3 0-3 4-5 5 2 1.5 7 1 7-3z',
  eraser: 'M9 20h11M5 15 14 5l6 6-9 9H9zM9 10.5l6 6',
  undo: 'M4 9h10a6 6 0 0 1 0 12H9M8 4 3 9l5 5',
  invert: 'M4 4h16v16H4zM4 20 20 4M12 20h8v-8z',
  clear: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM6 6l12 12',
  remove: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v6M14 11v6',
  close: 'M6 6l12 12M18 6 6 18',
  previous: 'M15 5l-7 7 7 7',
  next: 'M9 5l7 7-7 7',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  copy: 'M9 9h11v11H9zM15 9V4H4v11h5',
  use: 'M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4',
  again: 'M20 12a8 8 0 1 1-2.5-5.800M20 3v5h-5',
  variations: 'M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z',
  edit: 'M4 20l1-5L16 4l4 4L9 19zM14 6l4 4',
  extendAction: 'M8 8h8v8H8zM4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
  upscale: 'M4 14v6h6M20 10V4h-6M4 20l7-7M20 4l-7 7',
  star: 'M12 3.500l2.600 5.400 5.900.800-4.300 4.100 1 5.900L12 16.900l-5.200 2.800 1-5.900L3.500 9.700l5.900-.800z',
  history: 'M4 12a8 8 0 1 0 2.500-5.800M4 4v4.500h4.500M12 8v4.500l3 2',
  surprise: 'M12 3l1.700 5.300L19 10l-5.300 1.700L12 17l-1.700-5.300L5 10l5.300-1.700zM19 16l.7 2.300L22 19l-2.300.7L19 22l-.7-2.300L16 19l2.300-.7z',
  compare: 'M4 5h7v14H4zM13 5h7v14h-7z',
  zoomIn: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM20 20l-4-4M8 11h6M11 8v6',
  zoomOut: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM20 20l-4-4M8 11h6',
};

/** Creates an icon, hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

/** Creates an element with properties and children; strings become text, never HTML. */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes('-') || name === 'role') {
      node.setAttribute(name, value);
    } else {
      node[name] = value;
    }
  }
  node.append(...children);
  return node;
}

/** Adds icons to the marked buttons of the page. */
export function drawIcons() {
  for (const node of document.querySelectorAll('[data-icon]')) {
    node.prepend(icon(node.dataset.icon));
  }
}

let hiding = 0;

/** Shows a message for a few seconds, with a button for an action if there is one. */
export function toast(text, action = null) {
  const node = $('toast');
  node.replaceChildren(text);
  if (action !== null) {
    const act = () => {
      hide();
      action.act();
    };
    node.append(element('button', { type: 'button', onclick: act }, action.name));
  }
  node.classList.add('shown');
  clearTimeout(hiding);
  hiding = setTimeout(hide, action === null ? 4000 : 8000);
}

function hide() {
  $('toast').classList.remove('shown');
}

/** Opens the sheet, a dialog with a title and the given content; wide for images. */
export function openSheet(title, content, wide = false) {
  const sheet = $('sheet');
  $('sheet-title').textContent = title;
  $('sheet-body').replaceChildren(...content);
  sheet.classList.toggle('wide', wide);
  if (!sheet.open) {
    sheet.showModal();
  }
}

/** Closes the sheet. */
export const closeSheet = () => $('sheet').close();

/** Gives the dialogs of the page their close buttons, and closes them by a click beside them. */
export function prepareSheet() {
  $('sheet-close').addEventListener('click', closeSheet);
  $('sheet').addEventListener('click', (event) => event.target === $('sheet') && closeSheet());
  document.addEventListener('language', () => $('sheet').open && closeSheet());
}
