export type {
  ClientView,
  CodeView,
  ConnectedAppsView,
  ConsentView,
  DoneView,
  Drawing,
  ErrorView,
  GrantView,
  PageResponse,
  PageSetting,
  Pages,
  ProjectView,
  ScopeView,
} from '../views.js'
export { imitates } from './imitates.js'
export type { Messages } from './messages/index.js'
export type { PageOverrides, PagesOptions, Theme, ThemeValue } from './options.js'
export { pages, type ShippedPages } from './pages.js'
export { safeUrl } from './safe-url.js'
