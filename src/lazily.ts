/**
 * A part of the provider that is loaded when it is first asked for. Most of what a provider can do is for requests that few processes
 * see, and a process that is started for one request waits for all that it loads.
 *
 * What comes back makes functions out of functions of the part. Once it is here they are called as if it had always been, without a
 * turn of the event loop in between. A load that fails fails the call, and the next call loads again.
 *
 * @example
 * const metadata = lazily(() => import('grantor/protocol'))
 * const read = metadata((it) => async (text: string) => it.parseForm(text))
 */
export function lazily<Part>(load: () => Promise<Part>) {
  let part: Part | undefined
  let loading: Promise<Part> | undefined

  const loaded = (): Promise<Part> =>
    (loading ??= load().then(
      (it) => (part = it),
      (error: unknown) => {
        loading = undefined
        throw error
      },
    ))

  return <Args extends readonly unknown[], Result>(pick: (part: Part) => (...args: Args) => Promise<Result>) =>
    (...args: Args): Promise<Result> =>
      part === undefined ? loaded().then((it) => pick(it)(...args)) : pick(part)(...args)
}
