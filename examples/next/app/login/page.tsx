interface Props {
  readonly searchParams: Promise<{ readonly next?: string }>
}

export default async function Login({ searchParams }: Props) {
  const { next = '/' } = await searchParams
  return (
    <form method="post" action="/session">
      <h1>Sign in to Notebook</h1>
      <input type="hidden" name="next" value={next} />
      <label>
        Name <input name="name" autoComplete="username" placeholder="alice or bob" required />
      </label>
      <button type="submit">Sign in</button>
    </form>
  )
}
