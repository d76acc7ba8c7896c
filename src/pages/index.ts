export type {
  ClientView,
  ConnectedAppsView,
  ConsentView,
  ErrorView,
  GrantView,
  PageSetting,
  Pages,
  ProjectView,
  ScopeView,
} from '../views.js'
export type { Messages } from './messages/index.js'
export type { PagesOptions, Theme, ThemeValue } from './options.js'
export { pages } from './pages.js'
export { safeUrl } from './safe-url.js'
