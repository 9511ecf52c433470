import * as api from './api.js';
import { $, drawIcons, element } from './dom.js';
import { say, translate } from './words.js';

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

async function begin() {
  drawIcons();
  translate();
  api.onKeyNeeded(askForKey);
  const page = import('./page.js').then((loaded) => {
    loaded.prepareBar();
    return loaded;
  });
  const [models, { openPage }] = await Promise.all([api.models(), page]);
  await openPage(models);
}

begin().catch((error) => {
  $('form').inert = true;
  $('empty').replaceChildren(
    element('p', {}, error instanceof api.ApiError ? error.words : String(error)),
    element('button', { type: 'button', onclick: () => location.reload() }, say('retry')),
  );
});
