import { cpSync, mkdirSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { defineConfig } from 'vitepress'
import { repository, sidebar, siteLink } from '../pages.mjs'

const base = process.env.SITE_BASE ?? '/'
const groups = sidebar()
const files = new Set()

/** Anchors as GitHub makes them, so that links to headings work in both places. */
function slugify(heading) {
  return heading.trim().toLowerCase().replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '').replaceAll(' ', '-')
}

/** Rewrites relative links and images: the Markdown files lie elsewhere in the repository than on the site. */
function repositoryLinks(md) {
  md.core.ruler.push('repository-links', (state) => {
    const page = state.env.relativePath
    for (const token of state.tokens.flatMap((token) => token.children ?? [])) {
      const attribute = { link_open: 'href', image: 'src' }[token.type]
      if (attribute === undefined) continue
      const { href, file } = siteLink(page, token.attrGet(attribute), files)
      if (file === undefined) {
        token.attrSet(attribute, attribute === 'src' && !/^[a-z.]+:|^\.|^\//i.test(href) ? `./${href}` : href)
      } else {
        token.attrSet(attribute, posix.join(base, 'files', file))
        token.attrSet('target', '_self')
      }
    }
  })
}

function firstPage(group) {
  return groups.find(({ text }) => text === group)?.items[0].link
}

export default defineConfig({
  title: 'sana4j',
  description: 'Text to image with SANA and SANA-Sprint on the JVM.',
  lang: 'en',
  base,
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  srcDir: 'pages',
  outDir: 'dist',
  // Without attributes: headings contain routes such as /jobs/{id}.
  markdown: { anchor: { slugify }, attrs: { disable: true }, config: repositoryLinks },
  themeConfig: {
    nav: [
      { text: 'Quickstart', link: '/quickstart' },
      { text: 'How-to', link: firstPage('How-to guides'), activeMatch: '/how-to/' },
      { text: 'Reference', link: firstPage('Reference'), activeMatch: '/reference/' },
      { text: 'Javadoc', link: '/javadoc/index.html', target: '_self' }
    ].filter(({ link }) => link !== undefined),
    sidebar: groups,
    outline: [2, 3],
    search: {
      provider: 'local',
      options: {
        miniSearch: {
          searchOptions: {
            combineWith: 'AND',
            fuzzy: 0.1,
            boostDocument: (id) => (/\/(adr|lab|project)\//.test(id) ? 0.5 : 1)
          }
        }
      }
    },
    externalLinkIcon: true,
    footer: { message: 'sana4j is licensed under the Apache License 2.0.' }
  },
  buildEnd({ outDir }) {
    for (const file of files) {
      mkdirSync(dirname(join(outDir, 'files', file)), { recursive: true })
      cpSync(join(repository, file), join(outDir, 'files', file))
    }
  }
})
