// Prints the prompts that the page makes of prompts, styles and backgrounds of a guide; reads a JSON from standard input.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [script] = process.argv.slice(2);
const { named, styled } = await import(pathToFileURL(script).href);
const { guide, cases } = JSON.parse(readFileSync(0, 'utf8'));
console.log(JSON.stringify(cases.map(({ prompt, style, background }) => ({
  prompt: styled(prompt, { style, background }, { guide }),
  names: guide === null ? 0 : named(prompt, guide).length,
}))));
