// Checks the built site: every link leads to an existing file and anchor, and no page loads anything from another host.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

const dist = fileURLToPath(new URL('dist', import.meta.url))
const base = process.env.SITE_BASE ?? '/'
const html = readdirSync(dist, { recursive: true }).filter((name) => name.endsWith('.html'))
const contents = new Map(html.map((name) => [name, readFileSync(join(dist, name), 'utf8')]))
const problems = []

const unescaped = (text) => text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'")

function hasAnchor(name, anchor) {
  const text = contents.get(name)
  return text === undefined || [anchor, decodeURIComponent(anchor)].some((id) => text.includes(`id="${id}"`))
}

function checkLink(name, link) {
  const [path, anchor] = link.split('#')
  const from = posix.dirname(`/${name}`)
  let target = path === '' ? name : posix.join('/', path.startsWith(base) ? path.slice(base.length) : posix.join(from, path))
  target = decodeURI(target).replace(/^\//, '')
  if (existsSync(join(dist, target)) && statSync(join(dist, target)).isDirectory()) {
    target = posix.join(target, 'index.html')
  }
  if (!existsSync(join(dist, target))) {
    problems.push(`${name}: dead link ${link}`)
  } else if (anchor && !hasAnchor(target, anchor)) {
    problems.push(`${name}: dead anchor ${link}`)
  }
}

for (const [name, text] of contents) {
  for (const [, tag, attributes] of text.matchAll(/<(a|link|img|script|iframe|source|video)\b([^>]*)>/g)) {
    const link = unescaped(/\s(?:href|src)="([^"]*)"/.exec(attributes)?.[1] ?? '')
    const isRemote = /^([a-z]+:)?\/\//i.test(link)
    if (isRemote && tag !== 'a') {
      problems.push(`${name}: loads ${link}`)
    } else if (!isRemote && link !== '' && !/^[a-z]+:/i.test(link) && !name.startsWith('javadoc/')) {
      checkLink(name, link.replace(/\?.*?(?=#|$)/, ''))
    }
  }
}
for (const name of readdirSync(dist, { recursive: true }).filter((name) => name.endsWith('.css'))) {
  for (const [, link] of readFileSync(join(dist, name), 'utf8').matchAll(/(?:url\(|@import\s*)["']?((?:https?:)?\/\/[^"')]+)/g)) {
    problems.push(`${name}: loads ${link}`)
  }
}
if (problems.length > 0) {
  console.error([...new Set(problems)].sort().join('\n'))
  process.exit(1)
}
console.log(`${html.length} pages, all links lead somewhere`)
