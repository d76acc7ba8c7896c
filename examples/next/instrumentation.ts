/** Next calls this when the server starts, and not while it builds. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { prepare } = await import('@/lib/database')
  await prepare()
}
