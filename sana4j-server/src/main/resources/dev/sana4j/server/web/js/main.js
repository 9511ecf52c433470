import * as api from './api.js';
import { $, drawIcons, toast } from './dom.js';
import { Form } from './form.js';
import { Gallery } from './gallery.js';
import { dataUri, textOf } from './settings.js';
import { say, switchLanguage, translate } from './words.js';
import { Work } from './work.js';

const VARIATIONS = 4;

function askForKey(wrong) {
  const dialog = $('key-dialog');
  $('key-text').textContent = say(wrong ? 'keyWrong' : 'keyNeeded');
  $('key').value = '';
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    $('key-form').onsubmit = (event) => {
      event.preventDefault();
      dialog.close($('key').value.trim());
    };
    $('key-cancel').onclick = () => dialog.close('');
    dialog.onclose = () => resolve(dialog.returnValue === '' ? null : dialog.returnValue);
  });
}

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
  $('language').addEventListener('click', () => {
    switchLanguage();
    name();
  });
  name();
  $('theme').addEventListener('click', () => {
    const root = document.documentElement;
    root.dataset.theme = root.dataset.theme === 'dark' ? 'light' : 'dark';
    localStorage.setItem('sana4j.theme', root.dataset.theme);
  });
}

/** Returns the actions on an image of the gallery. */
function actions(model, form, start) {
  return {
    copy: (item) => copy(textOf(item.settings)),
    use: (item) => {
      form().fill(item.settings);
      toast(say('used'));
    },
    again: (item) => start({ ...item.settings, seed: null }, 1),
    variations: async (item) => {
      const input = { image: await dataUri(item.blob), mask: null, strength: model.defaults.strength };
      start({ ...item.settings, seed: null, input }, Math.min(VARIATIONS, model.limits.count));
    },
    edit: (item) => form().painter.open(item.blob),
  };
}

async function begin() {
  drawIcons();
  translate();
  bar();
  api.onKeyNeeded(askForKey);
  const model = await api.model();
  $('model').textContent = model.id;
  let form;
  let gallery;
  const start = (settings, count) => {
    new Work(settings, count, model, gallery).run();
  };
  gallery = new Gallery(actions(model, () => form, start));
  form = new Form(model, start);
  await gallery.load();
}

begin().catch((error) => {
  $('empty').textContent = error instanceof api.ApiError ? error.words : String(error);
});
