import { $, element } from './dom.js';
import { fileName, save } from './gallery.js';
import { say } from './words.js';

/** The selected images, and what is done with all of them. */
export class Selection {
  #gallery;
  #items = new Set();
  #boxes = new Map();

  /** Takes the gallery. */
  constructor(gallery) {
    this.#gallery = gallery;
    $('zip').addEventListener('click', () => this.#download());
    $('compare').addEventListener('click', () => this.#compare());
    $('delete').addEventListener('click', () => gallery.remove(this.items()));
    $('deselect').addEventListener('click', () => this.clear());
  }

  /** Returns the selected images, newest first. */
  items() {
    return this.#gallery.shown().filter((item) => this.#items.has(item));
  }

  /** Returns the box that selects an image. */
  box(item) {
    const box = element('input', {
      type: 'checkbox',
      className: 'pick',
      checked: this.#items.has(item),
      'aria-label': say('select', { prompt: item.settings.prompt }),
      onchange: () => this.#set(item, box.checked),
    });
    this.#boxes.set(item, box);
    return box;
  }

  /** Selects all images that are shown. */
  all() {
    this.#gallery.shown().forEach((item) => this.#set(item, true));
  }

  /** Deselects all images. */
  clear() {
    for (const item of this.#items) {
      this.#boxes.get(item).checked = false;
    }
    this.#items.clear();
    this.#show();
  }

  /** Writes the labels in the language of the page. */
  relabel() {
    for (const [item, box] of this.#boxes) {
      box.setAttribute('aria-label', say('select', { prompt: item.settings.prompt }));
    }
    this.#show();
  }

  #set(item, selected) {
    this.#boxes.get(item).checked = selected;
    if (selected) {
      this.#items.add(item);
    } else {
      this.#items.delete(item);
    }
    this.#show();
  }

  #show() {
    const count = this.#items.size;
    $('selection').hidden = count === 0;
    $('compare').disabled = count < 2;
    $('selected').textContent = say('selected', { n: count });
    $('tiles').classList.toggle('selecting', count > 0);
  }

  async #download() {
    const items = this.items();
    if (items.length === 1) {
      save(this.#gallery.url(items[0]), fileName(items[0]));
      return;
    }
    const { zip } = await import('./zip.js');
    const names = new Set();
    const files = items.map((item) => {
      const name = free(fileName(item), names);
      names.add(name);
      return { name, blob: item.blob, date: new Date() };
    });
    const url = URL.createObjectURL(await zip(files));
    save(url, 'sana.zip');
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  async #compare() {
    const { compare } = await import('./compare.js');
    compare(this.items(), (item) => this.#gallery.url(item));
  }
}

/** Returns the name, with a number if it is taken. */
function free(name, taken) {
  const dot = name.lastIndexOf('.');
  for (let n = 1, tried = name; ; n++, tried = `${name.slice(0, dot)}-${n}${name.slice(dot)}`) {
    if (!taken.has(tried)) {
      return tried;
    }
  }
}
