import { $, element, icon } from './dom.js';
import { Lightbox } from './lightbox.js';
import * as store from './store.js';
import { say } from './words.js';

const ON_TILES = ['download', 'again', 'variations'];

/** The images, newest first, and places for those that are being made. */
export class Gallery {
  #items = [];
  #urls = new Map();
  #lightbox;

  /** Actions for an item: functions by name, some of which are shown on the tiles. */
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

  /** Shows what was kept. */
  async load() {
    for (const item of await store.load()) {
      this.#items.unshift(item);
      $('tiles').append(this.#tile(item));
      $('tiles').prepend($('tiles').lastChild);
    }
    this.#count();
  }

  /** Places for images that are being made, first in the gallery. */
  expect(count, width, height) {
    const places = Array.from({ length: count }, () => {
      const picture = element('div', { className: 'pending', role: 'img', 'aria-label': say('unfinished') });
      picture.style.aspectRatio = `${width} / ${height}`;
      return element('li', { className: 'tile' }, picture);
    });
    $('tiles').prepend(...places);
    this.#count();
    return places;
  }

  /** Shows an unfinished image in its place. */
  preview(place, uri) {
    const picture = place.firstChild;
    if (picture.matches('.pending')) {
      picture.replaceChildren(element('img', { src: uri, alt: '' }));
    }
  }

  /** Puts an image in its place, and keeps it. */
  fulfil(place, item) {
    this.#items.unshift(item);
    place.replaceWith(this.#tile(item));
    store.keep(item);
    this.#count();
  }

  /** Takes places away that stayed empty. */
  forget(places) {
    places.forEach((place) => place.remove());
    this.#count();
  }

  /** The address of an image in this page. */
  url(item) {
    if (!this.#urls.has(item.id)) {
      this.#urls.set(item.id, URL.createObjectURL(item.blob));
    }
    return this.#urls.get(item.id);
  }

  /** The image before or after, or null. */
  beside(item, way) {
    return this.#items[this.#items.indexOf(item) + way] ?? null;
  }

  #tile(item) {
    const { prompt, width, height } = item.settings;
    const picture = element('img', { src: this.url(item), alt: prompt, width, height });
    const open = element('button', { type: 'button', className: 'open', onclick: () => this.#lightbox.show(item) }, picture);
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
