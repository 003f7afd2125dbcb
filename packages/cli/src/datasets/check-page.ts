import { basename, relative } from 'node:path'
import type { DuplicateGroup, PicturePlace } from '@clas/data/node'
import { html, type Markup } from '@clas/engine'
import type { CheckResult } from './check-result.ts'
import type { OpenedParts } from './open-parts.ts'
import { type Figure, pictureRow, table, writePage } from './page.ts'
import { thumbnail } from './thumbnail.ts'

// Enough to see what is wrong, few enough for a file of some megabytes.
const GROUPS = 60
const PER_GROUP = 6
const PICTURES = 48

type FigureOf = (place: PicturePlace, note?: string) => Promise<Figure>

/** Writes what a check found as a page with pictures, and returns its absolute path. */
export async function writeCheckPage(file: string, result: CheckResult, { parts, root }: OpenedParts): Promise<string> {
  const { pictures, classes, unreadable, tiny, blank, duplicates, empty, unbalanced, lists } = result
  const listProblems = lists.reduce(
    (sum, { bad, missing, beyond }) => sum + bad.length + missing.length + beyond.length,
    0,
  )
  const tiles = [
    ['pictures', String(pictures)],
    ['classes', String(classes.length)],
    ['unreadable', String(unreadable.length)],
    ['groups of duplicates', String(duplicates.length)],
    ['tiny', String(tiny.length)],
    ['blank', String(blank.length)],
    ...(lists.length > 0 ? [['lines of lists that are no good', String(listProblems)] as const] : []),
  ] as const
  const figureOf: FigureOf = async ({ part, index, class: name, name: path }, note = '') => {
    const source = parts[part]
    return {
      url: source && (await thumbnail(source, index)),
      title: Object.keys(parts).length > 1 ? `${part}, ${name}` : name,
      note: [note, relative(root, path)].filter(Boolean).join(', '),
    }
  }
  return writePage(file, 'Check of a data set', tiles, [
    classSection(result),
    notes([
      ...empty.map(({ part, class: name }) => `The class '${name}' has no pictures in ${part}.`),
      ...unbalanced.map(
        ({ part, largest, smallest }) =>
          `In ${part} the class '${largest.class}' has ${largest.pictures} pictures, '${smallest.class}' ${smallest.pictures}: ` +
          'balance them, weight the loss, or collect more.',
      ),
    ]),
    await duplicateSection(duplicates, figureOf),
    textSection(
      'Unreadable',
      unreadable.map(({ reason }) => reason),
    ),
    await pictureSection('Tiny', tiny, figureOf, ({ width, height }) => `${width} × ${height}`),
    await pictureSection('Blank', blank, figureOf, () => ''),
    ...lists.map((list) =>
      textSection(basename(list.file), [
        ...list.bad.map(({ problem }) => problem),
        ...list.missing.map(({ line, path }) => `line ${line}: ${path} is missing`),
        ...list.beyond.map(({ line, label }) => `line ${line}: the label ${label} isn't one of the classes`),
        ...list.repeated.map(
          ({ path, lines, differ }) =>
            `${path} is on lines ${lines.join(', ')}${differ ? ', with different labels' : ''}`,
        ),
        ...list.unlisted.map((path) => `${path} isn't on any line`),
      ]),
    ),
  ])
}

function classSection({ parts, classes }: CheckResult): Markup {
  return html`<section><h2>Classes</h2>${table(
    ['class', ...parts.map(({ name }) => name)],
    [
      ...classes.map(({ name, counts }) => [name, ...counts.map(String)]),
      ['', ...parts.map((part) => String(part.pictures))],
    ],
  )}</section>`
}

function notes(lines: readonly string[]): Markup {
  return html`${lines.map((line) => html`<p><em>${line}</em></p>`)}`
}

async function duplicateSection(duplicates: readonly DuplicateGroup[], figureOf: FigureOf): Promise<Markup> {
  if (duplicates.length === 0)
    return html`<section><h2>Duplicates</h2><p class="none">No two pictures are alike.</p></section>`
  const rows: Markup[] = []
  for (const group of duplicates.slice(0, GROUPS)) {
    const { kind, distance, acrossParts, acrossClasses, members } = group
    const wrong = [acrossClasses && 'of different classes', acrossParts && 'in different parts']
      .filter(Boolean)
      .join(', ')
    const alike = kind === 'same' ? 'The same to the bit' : `Nearly the same (hashes differ in ${distance} of 64 bits)`
    const more = members.length > PER_GROUP ? `, ${members.length - PER_GROUP} more` : ''
    const figures = await Promise.all(members.slice(0, PER_GROUP).map((place) => figureOf(place)))
    rows.push(pictureRow(html`${alike}${wrong === '' ? '' : html`, <em>${wrong}</em>`}${more}`, figures))
  }
  const rest = duplicates.length > GROUPS ? html`<p>… and ${duplicates.length - GROUPS} groups more.</p>` : ''
  return html`<section><h2>Duplicates</h2>
<p>Pictures of different classes have a wrong label; what is in different parts makes the measured accuracy too good.</p>
<div class="groups">${rows}</div>${rest}</section>`
}

async function pictureSection<Place extends PicturePlace>(
  title: string,
  places: readonly Place[],
  figureOf: FigureOf,
  note: (place: Place) => string,
): Promise<Markup> {
  if (places.length === 0) return html``
  const figures = await Promise.all(places.slice(0, PICTURES).map((place) => figureOf(place, note(place))))
  const more = places.length > PICTURES ? `The first ${PICTURES} of ${places.length}` : ''
  return html`<section><h2>${title}</h2>${pictureRow(more, figures)}</section>`
}

function textSection(title: string, lines: readonly string[]): Markup {
  if (lines.length === 0) return html``
  const more = lines.length > 200 ? [`… and ${lines.length - 200} more`] : []
  return html`<section><h2>${title}</h2><div class="scroll tall">${[...lines.slice(0, 200), ...more].map(
    (line) => html`<p><code>${line}</code></p>`,
  )}</div></section>`
}
