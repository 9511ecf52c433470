const byId = (id) => document.getElementById(id);

function order() {
  const [width, height] = byId('size').value.split('x').map(Number);
  return {
    prompt: byId('prompt').value,
    negativePrompt: byId('negative').value || null,
    width: width || null,
    height: height || null,
    seed: byId('seed').value === '' ? null : Number(byId('seed').value),
  };
}

function show(prompt, answer) {
  const { seed, width, height, steps } = answer.metadata;
  byId('image').src = 'data:image/png;base64,' + answer.png;
  byId('image').alt = prompt;
  byId('caption').textContent = `${width} x ${height} pixels, ${steps} steps, seed ${seed}`;
  byId('result').hidden = false;
}

function report(text, failed = false) {
  byId('status').textContent = text;
  byId('status').classList.toggle('error', failed);
}

async function generate() {
  const sent = order();
  const response = await fetch('images', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(sent),
  });
  const answer = await response.json();
  if (!response.ok) {
    throw new Error(answer.detail || answer.error || `the server answered ${response.status}`);
  }
  show(sent.prompt, answer);
}

byId('order').addEventListener('submit', async (event) => {
  event.preventDefault();
  byId('generate').disabled = true;
  report('Generating ...');
  try {
    await generate();
    report('The image is ready.');
  } catch (error) {
    report(error.message, true);
  } finally {
    byId('generate').disabled = false;
  }
});
