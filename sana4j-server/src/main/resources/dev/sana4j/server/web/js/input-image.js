import { $, toast } from './dom.js';
import { say } from './words.js';

/** The input image of the form, by file, paste or drop; the painter that shows it is loaded with the first image. */
export class InputImage {
  #model;
  #change;
  #painter = null;
  #dropped = (file) => this.open(file);

  /** Takes the model; calls change when the image or what is done with it changes. */
  constructor(model, change) {
    this.#model = model;
    this.#change = change;
    $('file').addEventListener('change', () => {
      if ($('file').files.length > 0) {
        this.#dropped($('file').files[0]);
        $('file').value = '';
      }
    });
    document.addEventListener('paste', (event) => this.#take(event, event.clipboardData));
    document.addEventListener('dragover', (event) => event.preventDefault());
    document.addEventListener('drop', (event) => {
      event.preventDefault();
      this.#take(event, event.dataTransfer);
    });
  }

  /** Sets what happens with a file that is dropped or pasted; by default it is opened. */
  onDrop(take) {
    this.#dropped = take;
  }

  #take(event, data) {
    const file = [...(data?.files ?? [])].find((each) => each.type.startsWith('image/'));
    if (file) {
      event.preventDefault();
      this.#dropped(file);
    }
  }

  /** Promises the painter; null, with a message, if the server does not send it. */
  async #load() {
    try {
      const { Painter } = await import('./painter.js');
      this.#painter ??= new Painter(this.#model, this.#change);
    } catch {
      toast(say('offline'));
    }
    return this.#painter;
  }

  /** Whether there is an input image. */
  get hasImage() {
    return this.#painter?.hasImage ?? false;
  }

  /** Whether the image is extended. */
  get isExtending() {
    return this.#painter?.isExtending ?? false;
  }

  /** Returns image, mask, strength and frame, or null; the mask is null if nothing is painted. */
  input() {
    return this.#painter?.input() ?? null;
  }

  /** Returns what restore needs to show the same image and mask again, or null. */
  state() {
    return this.#painter?.state() ?? null;
  }

  /** Opens an image file or blob, to change or to extend it. */
  async open(blob, extending = false) {
    await (await this.#load())?.open(blob, extending);
  }

  /** Shows the image and the mask of a state, which may come from another model. */
  async restore(state) {
    await (await this.#load())?.restore(state);
  }

  /** Resets the strength to the suggested value. */
  resetStrength() {
    this.#painter?.resetStrength();
  }
}
