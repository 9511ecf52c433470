// Copies the documents of the repository to site/pages, where VitePress reads them, and knows which file became which page.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join, posix, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const site = dirname(fileURLToPath(import.meta.url))
export const repository = resolve(site, '..')
export const pages = join(site, 'pages')

/** The groups of the sidebar in order. Folders that are not listed follow with their own names. */
const GROUPS = {
  'how-to': 'How-to guides',
  reference: 'Reference',
  explanation: 'Explanation',
  lab: 'Measurements',
  adr: 'Decisions',
  project: 'Project'
}

function walk(folder, accept, found = []) {
  for (const entry of readdirSync(join(repository, folder), { withFileTypes: true })) {
    const path = posix.join(folder, entry.name)
    if (entry.isDirectory()) {
      if (accept(path)) walk(path, accept, found)
    } else {
      found.push(path)
    }
  }
  return found
}

/** Maps files of the repository to pages: docs/a/b.md to a/b.md, other Markdown files to project/. */
function mapping() {
  const map = new Map()
  for (const path of walk('docs', () => true)) {
    map.set(path, path.slice('docs/'.length))
  }
  const isSource = (path) => !/(^|\/)(\.[^/]*|docs|site|src|target|node_modules)$/.test(path)
  for (const path of walk('.', isSource)) {
    if (path.endsWith('.md')) {
      const name = path.replace(/\/README\.md$/, '.md').replaceAll('/', '-').toLowerCase()
      map.set(path, `project/${name}`)
    }
  }
  return map
}

const pageOf = mapping()
const sourceOf = new Map([...pageOf].map(([source, page]) => [page, source]))

/**
 * Returns the target of a relative link in a page as it must be on the site. Throws an error if the file does not exist.
 * Files that are not pages are added to {@code files}; the site serves them below /files.
 */
export function siteLink(page, href, files) {
  const source = sourceOf.get(page)
  if (source === undefined || /^([a-z][a-z0-9+.-]*:|\/\/|#)/i.test(href)) return { href }
  const [, path, anchor] = /^([^#]*)(#.*)?$/s.exec(href)
  const target = posix.join(posix.dirname(source), decodeURI(path)).replace(/\/$/, '')
  const file = join(repository, target)
  if (target.startsWith('..') || !existsSync(file)) {
    throw new Error(`${source}: dead link ${href}`)
  }
  const found = statSync(file).isDirectory() ? pageOfFolder(target) : pageOf.get(target)
  if (found !== undefined) {
    return { href: posix.relative(posix.dirname(page), found) + (anchor ?? '') }
  }
  if (statSync(file).isDirectory()) {
    throw new Error(`${source}: the link ${href} leads to a folder without pages`)
  }
  files.add(target)
  return { file: target }
}

function pageOfFolder(folder) {
  const inside = [...pageOf.keys()].filter((source) => source.startsWith(`${folder}/`) && source.endsWith('.md')).sort()
  const index = inside.find((source) => source === `${folder}/index.md` || source === `${folder}/README.md`)
  return pageOf.get(index ?? inside[0])
}

function title(page) {
  const heading = /^# +(.+)$/m.exec(readFileSync(join(repository, sourceOf.get(page)), 'utf8'))
  return page === 'project/readme.md' ? 'README' : heading ? heading[1].replaceAll('`', '') : page
}

/** Returns the sidebar: one group for each folder, with pages in the order in which docs/index.md links to them. */
export function sidebar() {
  const index = readFileSync(join(repository, 'docs/index.md'), 'utf8')
  const listed = [...index.matchAll(/\]\(([^)#\s]+\.md)/g)].map((match) => posix.normalize(match[1]))
  const rank = (page) => {
    const at = page === 'index.md' ? -1 : listed.indexOf(page)
    return at === -1 && page !== 'index.md' ? listed.length : at
  }
  const markdown = [...sourceOf.keys()].filter((page) => page.endsWith('.md'))
  markdown.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
  const item = (page) => ({ text: title(page), link: `/${page.replace(/(^|\/)index\.md$/, '$1').replace(/\.md$/, '')}` })
  const folders = [...new Set(markdown.map((page) => posix.dirname(page)))].filter((folder) => folder !== '.')
  const order = Object.keys(GROUPS)
  const position = (folder) => (order.includes(folder) ? order.indexOf(folder) : order.indexOf('project') - 0.5)
  folders.sort((a, b) => position(a) - position(b) || a.localeCompare(b))
  return [
    { text: 'Start', items: markdown.filter((page) => !page.includes('/')).map(item) },
    ...folders.map((folder) => ({
      text: GROUPS[folder] ?? folder,
      collapsed: ['lab', 'adr', 'project'].includes(folder),
      items: markdown.filter((page) => posix.dirname(page) === folder).map(item)
    }))
  ]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  rmSync(pages, { recursive: true, force: true })
  for (const [source, page] of pageOf) {
    mkdirSync(dirname(join(pages, page)), { recursive: true })
    cpSync(join(repository, source), join(pages, page))
  }
}
