import { describe, expect, it } from 'vitest'
import { renderReport } from './render.ts'
import { tickLabel, ticks } from './ticks.ts'

const evaluation = (classes: readonly string[]) => ({
  count: 10,
  loss: 0.5,
  top1: 0.75,
  perClass: classes.map((name, label) => ({ label, name, count: 5, accuracy: 0.8 })),
  confusion: classes.map((_, label) =>
    classes.map((__, predicted) => (label === predicted ? 4 : predicted === 0 ? 1 : 0)),
  ),
})

describe('a report', () => {
  it('shows what it is given and nothing else', () => {
    const text = renderReport({ title: 'digits', evaluation: evaluation(['one', 'two']) })
    expect(text).toContain('75.00%')
    expect(text).toContain('two taken for one: 1')
    expect(text).not.toContain('Training')
    expect(text).not.toContain('Worst errors')
    expect(renderReport({ title: 'empty' })).not.toContain('<section>')
    const steps = [{ step: 1, loss: 2, lr: 0.1 }]
    expect(renderReport({ title: 'short', steps, peakBytes: 812_345_678 })).toContain('Peak memory of a step: 812.3 MB')
  })

  it('escapes every text', () => {
    const evil = `<script>alert("x")</script>'&`
    const text = renderReport({
      title: evil,
      config: { [evil]: evil, list: [evil] },
      evaluation: evaluation([evil, 'two']),
      worst: [{ png: Uint8Array.of(1), name: evil, label: evil, predicted: evil, probability: 1 }],
    })
    expect(text).not.toContain('<script')
    expect(text.replace(/&#\d+;/g, '')).not.toContain('&')
  })

  it('makes no request', () => {
    const worst = { name: 'a', label: 'b', predicted: 'c', probability: 0.5 }
    const png = 'data:image/png;base64,AAAA'
    const steps = [{ step: 1, loss: 1, lr: 0.1 }]
    const text = renderReport({
      title: 't',
      steps,
      worst: [
        { ...worst, png },
        { ...worst, png: Uint8Array.of(0, 1, 2) },
      ],
    })
    expect(text.match(/(src|href)="(?!data:)/)).toBeNull()
    expect(text).not.toMatch(/https?:|url\(|@import/)
    expect(text).toContain('src="data:image/png;base64,AAEC"')
    for (const wrong of ['https://example.org/a.png', 'data:text/html;base64,AAAA', 'data:image/png;base64,"']) {
      const broken = { title: 't', worst: [{ ...worst, png: wrong }] }
      expect(() => renderReport(broken)).toThrow(expect.objectContaining({ code: 'bad-option' }))
    }
  })

  it('draws each point where its value is', () => {
    const steps = [
      { step: 0, loss: 0, lr: 0.1 },
      { step: 100, loss: 2, lr: 0.1 },
    ]
    const [line = ''] = renderReport({ title: 't', steps }).match(/points="[^"]+"/) ?? []
    expect(line).toBe('points="56,210 436,14"') // the corners of the plot
  })

  it('averages more points than can be seen', () => {
    const steps = Array.from({ length: 10_000 }, (_, step) => ({ step, loss: step % 2, lr: 0.1 }))
    const [line = ''] = renderReport({ title: 't', steps }).match(/points="[^"]+"/) ?? []
    expect(line.split(' ')).toHaveLength(400)
  })

  it('has the worst pairs alone where there are many classes', () => {
    const text = renderReport({
      title: 't',
      evaluation: evaluation(Array.from({ length: 51 }, (_, i) => `class ${i}`)),
    })
    expect(text).not.toContain('class="confusion"')
    expect(text).toContain('<td>class 7</td><td>class 0</td>')
  })
})

describe('ticks', () => {
  it('are round and cover the range', () => {
    expect(ticks(0, 2.3, 5)).toEqual([0, 0.5, 1, 1.5, 2, 2.5])
    expect(ticks(0.62, 0.97, 5)).toEqual([0.6, 0.7, 0.8, 0.9, 1])
    expect(ticks(0, 18_000, 6)).toEqual([0, 5000, 10_000, 15_000, 20_000])
    expect(ticks(3, 3, 5).length).toBeGreaterThan(1)
    expect(ticks(0, 0, 5).length).toBeGreaterThan(1)
  })

  it('have short labels', () => {
    expect([0, 0.25, 1e-5, 1500, 20_000, 2.5e6].map(tickLabel)).toEqual(['0', '0.25', '1e-5', '1500', '20k', '2.5M'])
  })
})
