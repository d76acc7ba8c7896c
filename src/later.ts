/** Work that waits a while, so that what comes in the meantime is done along with it. */
export interface Later {
  /** Do it after the delay, counted from the first time it was asked for. */
  readonly soon: () => void
  /** Do it no more, unless asked again. */
  readonly cancel: () => void
}

export function later(milliseconds: number, work: () => void): Later {
  let timer: ReturnType<typeof setTimeout> | undefined
  const run = () => {
    timer = undefined
    work()
  }
  return {
    soon() {
      if (timer !== undefined) return
      timer = setTimeout(run, milliseconds)
      // In Node the timer must not keep a process alive; elsewhere it is a number.
      if (typeof timer === 'object' && 'unref' in timer) timer.unref()
    },
    cancel() {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
