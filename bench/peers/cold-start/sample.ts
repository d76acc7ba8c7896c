import { subjects } from './subjects.js'

/** One start of one subject: `node --expose-gc sample.js <subject>`, told on standard output as JSON. */
const subject = subjects[process.argv[2] ?? '']
if (!subject) throw new Error(`there is no ${process.argv[2]}`)

/** Kilobytes, of which nothing is left lying about. */
function memory() {
  globalThis.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  return { rss: Math.round(rss / 1024), heap: Math.round(heapUsed / 1024) }
}

const before = memory()
const since = (then: ReturnType<typeof memory>) => {
  const now = memory()
  return { rss: now.rss - then.rss, heap: now.heap - then.heap }
}

const began = performance.now()
const setUp = await subject.load()
const loaded = performance.now()
const afterLoad = since(before)
const making = performance.now()
const provider = setUp()
const made = performance.now()
const afterMade = since(before)
const asking = performance.now()
await subject.token?.(provider as never)
const answered = performance.now()

process.stdout.write(
  JSON.stringify({
    load: loaded - began,
    make: made - making,
    token: subject.token ? answered - asking : null,
    afterLoad,
    afterMade,
    afterToken: subject.token ? since(before) : null,
  }),
)
process.exit(0)
