import { $, element, icon } from './dom.js';
import { Lightbox } from './lightbox.js';
import * as store from './store.js';
import { say } from './words.js';

const ON_TILES = ['download', 'again', 'variations'];

/** The images, newest first, with placeholders for unfinished ones. */
export class Gallery {
  #items = [];
  #urls = new Map();
  #lightbox;

  /** Takes the actions on an item as functions by name; some of them are buttons on the tiles. */
  constructor(actions) {
    this.actions = {
      download: (item) => this.#download(item),
      ...actions,
      remove: (item) => this.#remove(item),
    };
    this.#lightbox = new Lightbox(this, this.actions);
    $('clear-gallery').addEventListener('click', () => this.#clear());
    document.addEventListener('language', () => this.#relabel());
  }

  /** Shows the stored images. */
  async load() {
    for (const item of await store.load()) {
      this.#items.unshift(item);
      $('tiles').append(this.#tile(item));
      $('tiles').prepend($('tiles').lastChild);
    }
    this.#count();
  }

  /** Adds placeholders for unfinished images at the start of the gallery. */
  expect(count, width, height) {
    const places = Array.from({ length: count }, () => {
      const image = element('div', { className: 'pending', role: 'img', 'aria-label': say('unfinished') });
      image.style.aspectRatio = `${width} / ${height}`;
      return element('li', { className: 'tile' }, image);
    });
    $('tiles').prepend(...places);
    this.#count();
    return places;
  }

  /** Shows a preview in a placeholder. */
  preview(place, uri) {
    const image = place.firstChild;
    if (image.matches('.pending')) {
      image.replaceChildren(element('img', { src: uri, alt: '' }));
    }
  }

  /** Replaces a placeholder by its image, and stores the image. */
  fulfil(place, item) {
    this.#items.unshift(item);
    place.replaceWith(this.#tile(item));
    store.keep(item);
    this.#count();
  }

  /** Removes placeholders without an image. */
  forget(places) {
    places.forEach((place) => place.remove());
    this.#count();
  }

  /** Returns the object URL of an image. */
  url(item) {
    if (!this.#urls.has(item.id)) {
      this.#urls.set(item.id, URL.createObjectURL(item.blob));
    }
    return this.#urls.get(item.id);
  }

  /** Returns the next (way 1) or previous (way -1) image, or null. */
  neighbour(item, way) {
    return this.#items[this.#items.indexOf(item) + way] ?? null;
  }

  #tile(item) {
    const { prompt, width, height } = item.settings;
    const image = element('img', { src: this.url(item), alt: prompt, width, height });
    const open = element('button', { type: 'button', className: 'open', onclick: () => this.#lightbox.show(item) }, image);
    const tools = element('div', { className: 'tile-tools' });
    for (const name of ON_TILES) {
      const button = element('button', {
        type: 'button', className: 'icon', onclick: () => this.actions[name](item), 'data-word-label': name,
      }, icon(name));
      button.title = say(name);
      button.setAttribute('aria-label', say(name));
      tools.append(button);
    }
    return element('li', { className: 'tile', 'data-id': String(item.id) }, open, tools);
  }

  #count() {
    $('empty').hidden = $('tiles').children.length > 0;
    $('clear-gallery').hidden = this.#items.length === 0;
  }

  #relabel() {
    for (const node of document.querySelectorAll('.pending')) {
      node.setAttribute('aria-label', say('unfinished'));
    }
  }

  #download(item) {
    const { format, seed } = item.settings;
    const name = `sana-${seed}.${format === 'jpeg' ? 'jpg' : format}`;
    element('a', { href: this.url(item), download: name }).click();
  }

  #remove(item) {
    this.#items.splice(this.#items.indexOf(item), 1);
    document.querySelector(`[data-id="${item.id}"]`)?.remove();
    URL.revokeObjectURL(this.#urls.get(item.id));
    this.#urls.delete(item.id);
    store.remove(item.id);
    this.#count();
    $('gallery').focus();
  }

  async #clear() {
    if (confirm(say('clearSure'))) {
      [...this.#items].forEach((item) => this.#remove(item));
      await store.clear();
    }
  }
}
