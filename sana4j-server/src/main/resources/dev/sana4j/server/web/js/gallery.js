import { $, element, icon, toast } from './dom.js';
import { Selection } from './selection.js';
import * as store from './store.js';
import { say } from './words.js';

const ON_TILES = ['download', 'again', 'variations'];

/** Returns the name of an image's file. */
export function fileName({ settings: { format, seed } }) {
  return `sana-${seed}.${format === 'jpeg' ? 'jpg' : (format ?? 'png')}`;
}

/** Saves a blob as a file. */
export function save(url, name) {
  element('a', { href: url, download: name }).click();
}

/** The images, newest first, with placeholders for unfinished ones. */
export class Gallery {
  #items = [];
  #urls = new Map();
  #lightbox = null;
  #selection;

  /** Takes the actions on an item as functions by name; some of them are buttons on the tiles. */
  constructor(actions) {
    this.actions = {
      download: (item) => save(this.url(item), fileName(item)),
      ...actions,
      remove: (item) => this.remove([item]),
    };
    this.#selection = new Selection(this);
    $('clear-gallery').addEventListener('click', () => this.#clear());
    $('search').addEventListener('input', () => this.#filter());
    $('only-starred').addEventListener('click', () => {
      const pressed = $('only-starred').getAttribute('aria-pressed') !== 'true';
      $('only-starred').setAttribute('aria-pressed', String(pressed));
      this.#filter();
    });
    $('tiles').addEventListener('keydown', (event) => this.#key(event));
    document.addEventListener('language', () => this.#relabel());
  }

  /** Shows the stored images. */
  async load() {
    for (const item of await store.load()) {
      if (!this.has(item.id)) {
        this.#insert(item);
      }
    }
    this.#count();
  }

  /** Returns whether an image is in the gallery. */
  has(id) {
    return this.#items.some((item) => item.id === id);
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
    if (this.has(item.id)) {
      place?.remove();
      return;
    }
    this.#items.unshift(item);
    const tile = this.#tile(item);
    if (place?.isConnected) {
      place.replaceWith(tile);
    } else {
      $('tiles').prepend(tile);
    }
    store.keep(item);
    this.#filter();
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

  /** Returns the images that the search shows, newest first. */
  shown() {
    return this.#items.filter((item) => !this.#node(item)?.hidden);
  }

  /** Returns the next (way 1) or previous (way -1) image that is shown, or null. */
  neighbour(item, way) {
    const shown = this.shown();
    return shown[shown.indexOf(item) + way] ?? null;
  }

  /** Marks or unmarks an image. */
  star(item) {
    item.starred = !item.starred;
    store.keep(item);
    const button = this.#node(item)?.querySelector('.star');
    button?.setAttribute('aria-pressed', String(item.starred));
    this.#filter();
  }

  /** Deletes images, and offers to take that back. */
  remove(items) {
    const next = items.length === 1 ? (this.neighbour(items[0], 1) ?? this.neighbour(items[0], -1)) : null;
    for (const item of items) {
      this.#items.splice(this.#items.indexOf(item), 1);
      this.#node(item)?.remove();
      store.remove(item.id);
    }
    this.#selection.clear();
    this.#filter();
    (next === null ? $('gallery') : this.#node(next).querySelector('.open')).focus();
    toast(say('deleted', { n: items.length }), { name: say('undo'), act: () => this.#restore(items) });
  }

  #restore(items) {
    for (const item of items) {
      this.#insert(item);
      store.keep(item);
    }
    this.#filter();
  }

  /** Adds an image at its place by age. */
  #insert(item) {
    const older = this.#items.find((each) => each.id < item.id);
    this.#items.splice(older === undefined ? this.#items.length : this.#items.indexOf(older), 0, item);
    $('tiles').insertBefore(this.#tile(item), older === undefined ? null : this.#node(older));
  }

  #node(item) {
    return document.querySelector(`#tiles [data-id="${item.id}"]`);
  }

  #tile(item) {
    const { width, height } = item.settings;
    const prompt = item.settings.made || item.settings.prompt;
    const image = element('img', { src: this.url(item), alt: prompt, width, height, loading: 'lazy' });
    const open = element('button', { type: 'button', className: 'open', onclick: () => this.#open(item) }, image);
    const tools = element('div', { className: 'tile-tools' });
    for (const name of ON_TILES) {
      tools.append(this.#button(name, () => this.actions[name](item)));
    }
    const star = this.#button('star', () => this.star(item));
    star.classList.add('star');
    star.setAttribute('aria-pressed', String(item.starred ?? false));
    return element(
      'li',
      { className: 'tile', 'data-id': String(item.id) },
      element('div', { className: 'picture' }, open, this.#selection.box(item), star, tools),
      element('p', { className: 'caption', title: prompt }, prompt),
    );
  }

  async #open(item) {
    try {
      const { Lightbox } = await import('./lightbox.js');
      this.#lightbox ??= new Lightbox(this, this.actions);
    } catch {
      toast(say('offline'));
      return;
    }
    this.#lightbox.show(item);
  }

  #button(name, act) {
    const button = element('button', { type: 'button', className: 'icon', onclick: act, 'data-word-label': name }, icon(name));
    button.title = say(name);
    button.setAttribute('aria-label', say(name));
    return button;
  }

  #filter() {
    const words = $('search').value.toLowerCase().split(/\s+/).filter(Boolean);
    const starred = $('only-starred').getAttribute('aria-pressed') === 'true';
    for (const item of this.#items) {
      const { prompt, made, seed } = item.settings;
      const text = `${prompt} ${made ?? ''} ${seed}`.toLowerCase();
      const fits = words.every((word) => text.includes(word)) && (!starred || item.starred);
      const node = this.#node(item);
      if (node) {
        node.hidden = !fits;
      }
    }
    this.#count();
  }

  #count() {
    const shown = $('tiles').querySelectorAll('.tile:not([hidden])').length;
    const all = $('tiles').children.length;
    $('empty').hidden = all > 0;
    $('no-match').hidden = all === 0 || shown > 0;
    $('gallery-tools').hidden = this.#items.length === 0;
    $('gallery-count').textContent = this.#items.length > 0 ? String(this.#items.length) : '';
  }

  #key(event) {
    const tile = event.target.closest('.tile');
    const item = this.#items.find((each) => String(each.id) === tile?.dataset.id);
    if (event.key === 'Delete' && item) {
      const chosen = this.#selection.items();
      this.remove(chosen.length > 0 ? chosen : [item]);
    } else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) {
      this.#selection.all();
    } else if (event.key === 'Escape' && this.#selection.items().length > 0) {
      this.#selection.clear();
    } else if ((event.key === 'ArrowLeft' || event.key === 'ArrowRight') && item && event.target.matches('.open')) {
      const next = this.neighbour(item, event.key === 'ArrowLeft' ? -1 : 1);
      if (next !== null) {
        this.#node(next).querySelector('.open').focus();
      }
    } else {
      return;
    }
    event.preventDefault();
  }

  #relabel() {
    for (const node of document.querySelectorAll('.pending')) {
      node.setAttribute('aria-label', say('unfinished'));
    }
    this.#selection.relabel();
  }

  async #clear() {
    if (confirm(say('clearSure'))) {
      for (const item of this.#items.splice(0)) {
        this.#node(item)?.remove();
        URL.revokeObjectURL(this.#urls.get(item.id));
        this.#urls.delete(item.id);
      }
      this.#selection.clear();
      this.#count();
      await store.clear();
      $('gallery').focus();
    }
  }
}
