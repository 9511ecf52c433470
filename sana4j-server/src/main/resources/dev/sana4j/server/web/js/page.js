import { $, element, openSheet, closeSheet, prepareSheet, toast } from './dom.js';
import { Form } from './form.js';
import { Gallery } from './gallery.js';
import { Guide } from './guide.js';
import { recall, remember } from './memory.js';
import { dataUri, textOf } from './settings.js';
import { keepForm, takeForm } from './store.js';
import { say, switchLanguage } from './words.js';
import { resume, Work } from './work.js';

const VARIATIONS = 4;
const UPSCALE = 2;
const UPSCALE_STRENGTH = 0.2;

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement('textarea'); // pages without TLS have no clipboard API
    area.value = text;
    (document.querySelector('dialog[open]') ?? document.body).append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  toast(say('copied'));
}

function bar() {
  const name = () => ($('language').textContent = say('otherLanguage'));
  $('language').addEventListener('click', async () => {
    await switchLanguage();
    name();
  });
  name();
  $('theme').addEventListener('click', () => {
    const root = document.documentElement;
    root.dataset.theme = root.dataset.theme === 'dark' ? 'light' : 'dark';
    localStorage.setItem('sana4j.theme', root.dataset.theme);
    document.dispatchEvent(new Event('theme'));
  });
  $('keys').addEventListener('click', help);
}

async function help() {
  const { openHelp } = await import('./help.js');
  openHelp();
}

function keys(form) {
  document.addEventListener('keydown', (event) => {
    const typing = event.target.matches('textarea, select, input:not([type=checkbox]):not([type=radio]):not([type=range])');
    if (document.querySelector('dialog[open]') !== null) {
      return;
    }
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.isComposing) {
      event.preventDefault();
      form.generate();
    } else if (event.key === '/' && !typing) {
      event.preventDefault();
      $('prompt').focus();
    } else if (event.key === '?' && !typing) {
      event.preventDefault();
      help();
    }
  });
}

/** Returns the actions on an image of the gallery. */
function actions(model, form, start) {
  const input = async (item, strength, more) => ({ image: await dataUri(item.blob), mask: null, strength, ...more });
  const open = (item, extending) => {
    form().begin(item.settings);
    return form().image.open(item.blob, extending);
  };
  const all = {
    copy: (item) => copy(textOf(item.settings)),
    use: (item) => {
      form().fill(item.settings);
      toast(say('used'));
    },
    again: (item) => start({ ...item.settings, seed: null }, 1),
    variations: async (item) => {
      const settings = { ...item.settings, seed: null, steps: null, control: null, bestOf: 1 };
      settings.input = await input(item, model.defaults.strength, {});
      start(settings, Math.min(VARIATIONS, model.limits.count));
    },
    edit: (item) => open(item, false),
    extendAction: (item) => open(item, true),
    upscale: async (item) => {
      const settings = { ...item.settings, seed: null, steps: null, width: null, height: null, control: null, bestOf: 1 };
      settings.input = await input(item, UPSCALE_STRENGTH, { upscale: UPSCALE });
      start(settings, 1);
    },
  };
  const missing = { extendAction: 'outpainting', upscale: 'upscaling' };
  return Object.fromEntries(Object.entries(all).filter(([name]) => !(name in missing) || model.features[missing[name]]));
}

/** Asks what to do with a file that was dropped, if it contains its settings. */
async function takeFile(form, file) {
  const { settingsIn } = await import('./png.js');
  const settings = file.type === 'image/png' ? await settingsIn(file) : null;
  if (settings === null) {
    await form.image.open(file);
    return;
  }
  const choice = (word, act, className) => {
    const onclick = () => {
      closeSheet();
      act();
    };
    return element('button', { type: 'button', className, onclick }, say(word));
  };
  openSheet(say('droppedTitle'), [
    element('p', { className: 'quote' }, settings.prompt),
    element(
      'div',
      { className: 'actions' },
      choice('droppedUse', () => form.fill(settings), 'main'),
      choice('droppedStart', () => form.image.open(file), ''),
    ),
  ]);
}

/** Returns the model that was chosen last, or the server's own; its choices are all of them. */
function chooseModel(all) {
  const last = recall('model', null);
  const model = all.find(({ id }) => id === last) ?? all.find((each) => each.default) ?? all[0];
  $('models').replaceChildren(...all.map(({ id }) => element('option', { value: id, selected: id === model.id }, id)));
  $('models').hidden = all.length < 2;
  return { ...model, choices: all.map(({ id }) => id) };
}

/** Loads the page again when another model is chosen, because sizes, styles and limits are those of the model. */
function switchModels(form) {
  $('models').addEventListener('change', async () => {
    remember('model', $('models').value);
    await keepForm(form.kept());
    location.reload();
  });
}

function showResult() {
  const top = $('gallery').getBoundingClientRect().top;
  if (top > innerHeight / 2 || top < -innerHeight / 2) {
    const smooth = !matchMedia('(prefers-reduced-motion: reduce)').matches;
    $('gallery').scrollIntoView({ block: 'start', behavior: smooth ? 'smooth' : 'auto' });
  }
}

/** Makes the buttons of the bar work; they need no model. */
export function prepareBar() {
  bar();
  prepareSheet();
}

/** Fills the page, and makes it work, with the models of the server. */
export async function openPage(models) {
  const model = chooseModel(models);
  let form;
  let guide;
  let gallery;
  const start = (settings, count) => {
    new Work({ ...settings, model: model.id }, count, model, gallery).run();
    showResult();
  };
  gallery = new Gallery(actions(model, () => form, start));
  form = new Form(model, start, () => guide?.hint());
  guide = new Guide(model, (prompt, now) => {
    form.prompts.set(prompt);
    if (now) {
      form.generate();
    }
  });
  form.image.onDrop((file) => takeFile(form, file));
  keys(form);
  switchModels(form);
  for (const part of ['./painter.js', './lightbox.js']) {
    import(part).catch(() => {}); // who needs it reports that
  }
  const kept = await takeForm();
  if (kept !== null) {
    await form.restore(kept);
  }
  await gallery.load();
  await resume(model, gallery);
}
