export default function Home() {
  return (
    <main>
      <h1>Notebook</h1>
      <ul>
        <li>
          <a href="/login">Sign in</a>
        </li>
        <li>
          <a href="/settings/connected-apps">Connected apps</a>
        </li>
      </ul>
    </main>
  )
}
