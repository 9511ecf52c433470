import { $, element, icon } from './dom.js';
import { factsOf } from './facts.js';
import { say } from './words.js';

/** Actions that close the large view. */
const CLOSING = new Set(['use', 'again', 'variations', 'edit', 'extendAction', 'upscale', 'remove']);

const ZOOMS = [1, 1.5, 2, 3, 4, 6, 8];

/** The large view of one image with its settings. */
export class Lightbox {
  #gallery;
  #actions;
  #item = null;
  #zoom = 1;

  /** Takes a gallery, and the actions on an image as functions by name. */
  constructor(gallery, actions) {
    this.#gallery = gallery;
    this.#actions = actions;
    $('close').addEventListener('click', () => $('lightbox').close());
    $('previous').addEventListener('click', () => this.#go(-1));
    $('next').addEventListener('click', () => this.#go(1));
    $('zoom-in').addEventListener('click', () => this.#zoomBy(1));
    $('zoom-out').addEventListener('click', () => this.#zoomBy(-1));
    $('large').addEventListener('click', () => this.#setZoom(this.#zoom > 1 ? 1 : 2));
    $('pane').addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    $('lightbox').addEventListener('click', (event) => {
      if (event.target === $('lightbox')) {
        $('lightbox').close();
      }
    });
    $('lightbox').addEventListener('keydown', (event) => this.#key(event));
    document.addEventListener('language', () => this.#item && this.#fill());
  }

  /** Shows an image. */
  show(item) {
    this.#item = item;
    this.#fill();
    this.#setZoom(1);
    if (!$('lightbox').open) {
      $('lightbox').showModal();
    }
  }

  #key(event) {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const zoom = { '+': 1, '=': 1, '-': -1 }[event.key];
    if (way && this.#zoom === 1) {
      this.#go(way);
    } else if (zoom) {
      this.#zoomBy(zoom);
    } else if (event.key === '0') {
      this.#setZoom(1);
    } else if (event.key === 'Delete') {
      $('lightbox').close();
      this.#actions.remove(this.#item);
    }
  }

  #wheel(event) {
    if (event.ctrlKey) {
      event.preventDefault();
      this.#zoomBy(event.deltaY < 0 ? 1 : -1);
    }
  }

  #zoomBy(way) {
    const place = ZOOMS.indexOf(this.#zoom) + way;
    this.#setZoom(ZOOMS[Math.max(0, Math.min(ZOOMS.length - 1, place))]);
  }

  #setZoom(zoom) {
    this.#zoom = zoom;
    const image = $('large');
    $('pane').classList.toggle('zoomed', zoom > 1);
    image.style.width = zoom > 1 ? `${100 * zoom}%` : '';
    $('zoom-value').textContent = `${Math.round(100 * zoom)} %`;
    $('zoom-out').disabled = zoom === 1;
    $('zoom-in').disabled = zoom === ZOOMS.at(-1);
  }

  #go(way) {
    const next = this.#gallery.neighbour(this.#item, way);
    if (next !== null) {
      this.show(next);
    }
  }

  #fill() {
    const settings = this.#item.settings;
    const large = $('large');
    large.src = this.#gallery.url(this.#item);
    large.alt = settings.prompt;
    large.style.aspectRatio = `${settings.width} / ${settings.height}`;
    $('previous').disabled = this.#gallery.neighbour(this.#item, -1) === null;
    $('next').disabled = this.#gallery.neighbour(this.#item, 1) === null;
    $('facts-prompt').textContent = settings.prompt;
    $('facts').replaceChildren(
      ...factsOf(settings).map(([name, value]) => element('div', {}, element('dt', {}, say(name)), element('dd', {}, value))),
    );
    $('actions').replaceChildren(...Object.keys(this.#actions).map((name) => this.#button(name)));
  }

  #button(name) {
    const act = () => {
      if (CLOSING.has(name)) {
        $('lightbox').close();
      }
      this.#actions[name](this.#item);
    };
    return element('button', { type: 'button', onclick: act, 'data-action': name }, icon(name), say(name));
  }
}
