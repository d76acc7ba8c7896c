import { type ConsentView, OAuthError } from 'grantor'
import { redirect } from 'next/navigation'
import { provider } from '@/lib/provider'
import { visit } from '@/lib/visit'
import style from './consent.module.css'
import { Decision } from './decision'

interface Props {
  readonly searchParams: Promise<{ readonly id?: string; readonly problem?: string }>
}

/** What has to be decided, or why nothing can be. */
async function read(id: string): Promise<ConsentView | OAuthError> {
  const request = await visit('/consent')
  try {
    return await provider.interactions.read(request, request, id)
  } catch (error) {
    if (error instanceof OAuthError) return error
    throw error
  }
}

/** The app's own consent page: the view is what the shipped page shows, the markup is React. */
export default async function Consent({ searchParams }: Props) {
  const { id = '', problem } = await searchParams
  const view = await read(id)
  if (!(view instanceof OAuthError)) return <Decision view={view} problem={problem} />
  if (view.reason === 'session.missing') redirect(`/login?next=${encodeURIComponent(`/consent?id=${id}`)}`)
  return (
    <main className={style.card}>
      <h1>This request cannot be answered</h1>
      <p>{view.description}</p>
    </main>
  )
}
