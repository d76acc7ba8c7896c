import type { Messages } from './index.js'

export const de: Messages = {
  'page.person': 'Angemeldet als {person}',

  'client.verified': 'Von {name} geprüft',
  'client.manual': 'Nicht von {name} geprüft',
  'client.user': 'Ungeprüft: von jemandem bei {name} angelegt',
  'client.dynamic': 'Ungeprüft: diese App hat sich selbst angemeldet',
  'client.metadata_document': 'Ungeprüft: beschrieben von {host}',

  'consent.title': '{client} möchte auf {name} zugreifen',
  'consent.resources': 'Zugriff auf',
  'consent.problem': 'Noch nicht zugestimmt',
  'consent.problem.scope_missing': 'Wählen Sie mindestens eine Berechtigung oder lehnen Sie ab.',
  'consent.problem.project_missing': 'Wählen Sie, wo die App arbeiten darf, oder lehnen Sie ab.',
  'consent.destination': 'Ihre Antwort geht an {host}',
  'consent.destination.verified': 'Diese Adresse hat die App hinterlegt.',
  'consent.destination.unverified':
    'Jeder kann einer App diesen Namen geben. Stimmen Sie nur zu, wenn Sie diese Adresse kennen.',
  'consent.loopback': 'Ihre Antwort geht an ein Programm auf diesem Gerät',
  'consent.loopback.hint':
    '{name} kann nicht prüfen, welches Programm sie erhält ({host}). Stimmen Sie nur zu, wenn Sie die Verbindung gerade selbst begonnen haben.',
  'consent.scopes': 'Was die App darf',
  'consent.scopes.hint': 'Nehmen Sie das Häkchen weg, wo Sie nicht zustimmen.',
  'consent.sensitive': 'Heikel',
  'consent.required': 'Von der App benötigt',
  'consent.included': 'Enthalten',
  'consent.included_in': 'Enthalten in: {scopes}',
  'consent.lacking': 'Was Sie nicht erlauben können',
  'consent.lacking.hint': 'Die App bittet auch darum, aber Sie dürfen es selbst nicht.',
  'consent.projects.one': 'Wählen Sie eine Möglichkeit.',
  'consent.projects.many': 'Wählen Sie mindestens eine Möglichkeit.',
  'consent.projects.all': 'Alle, auch künftige',
  'consent.projects.selected': 'Nur ausgewählte',
  'consent.project.partly': 'Hier können Sie nur erlauben: {scopes}',
  'consent.project.nothing': 'Hier haben Sie keine dieser Berechtigungen.',
  'consent.keep_alive': 'Verbunden bleiben',
  'consent.keep_alive.hint':
    'Die App kann weiterarbeiten, während Sie nicht da sind, bis Sie die Verbindung trennen. Ohne dies endet ihr Zugriff bald von selbst.',
  'consent.approve': 'Zustimmen',
  'consent.deny': 'Ablehnen',
  'consent.revoke': 'Sie können die Verbindung jederzeit trennen.',
  'consent.no_project': 'Es gibt noch nichts zu verbinden',
  'consent.no_project.hint':
    '{client} arbeitet mit etwas, das Sie bei {name} noch nicht haben: {label}. Es wurde nichts weitergegeben. Kommen Sie wieder, sobald Sie Zugang haben.',
  'consent.no_scope': 'Sie können diesen Zugriff nicht erlauben',
  'consent.no_scope.hint':
    '{client} bittet um Berechtigungen, die Sie bei {name} selbst nicht haben. Es wurde nichts weitergegeben. Wenden Sie sich an die Verwaltung von {name}.',
  'consent.back': 'Zurück zu {client}',

  'apps.title': 'Verbundene Apps',
  'apps.intro': 'Diese Apps können {name} für Sie nutzen. Trennen Sie, was Sie nicht mehr brauchen.',
  'apps.none': 'Keine App ist verbunden',
  'apps.none.hint':
    'Wenn Sie einer App erlauben, {name} für Sie zu nutzen, erscheint sie hier, und Sie können sie jederzeit trennen.',
  'apps.permissions': 'Darf',
  'apps.projects.all': 'Alle, auch künftige',
  'apps.authorised': 'Verbunden',
  'apps.used': 'Zuletzt genutzt',
  'apps.unused': 'Nie',
  'apps.expires': 'Endet',
  'apps.expires.keep_alive': 'Spätestens {date}; bleibt bis dahin verbunden',
  'apps.disconnect': 'Trennen',
  'apps.disconnect.hint': 'Die App verliert diesen Zugriff sofort.',
  'apps.disconnect_all': 'Alle trennen',
  'apps.disconnect_all.hint': 'Die App verliert sofort jeden Zugriff, den Sie ihr gegeben haben.',
  'apps.next': 'Mehr anzeigen',

  'error.title': 'Das hat nicht geklappt',
  'error.hint': 'Es wurde nichts weitergegeben. Gehen Sie zurück zur App und versuchen Sie es noch einmal.',
  'error.client': 'Diese App kennen wir nicht',
  'error.client.hint':
    'Die App, die Sie hierher geschickt hat, ist bei {name} nicht oder nicht mehr angemeldet. Es wurde nichts weitergegeben. Beheben können das die Hersteller der App.',
  'error.client_disabled': 'Diese App ist abgeschaltet',
  'error.client_disabled.hint':
    'Die Verwaltung von {name} hat diese App abgeschaltet. Es wurde nichts weitergegeben. Fragen Sie dort nach, wenn Sie sie brauchen.',
  'error.redirect_uri': 'Diese App lässt sich nicht verbinden',
  'error.redirect_uri.hint':
    'Sie möchte Ihre Antwort an eine Adresse senden lassen, die sie nicht hinterlegt hat. Zu Ihrem Schutz wurde nichts weitergegeben, und Sie wurden nicht weitergeleitet. Beheben können das die Hersteller der App.',
  'error.request': 'Die App bittet um etwas, das wir nicht verstehen',
  'error.request.hint':
    'Es wurde nichts weitergegeben. Gehen Sie zurück zur App und versuchen Sie es noch einmal. Geschieht es wieder, können die Hersteller der App das beheben.',
  'error.interaction': 'Diese Seite gilt nicht mehr',
  'error.interaction.hint':
    'Es ist zu viel Zeit vergangen, die Anfrage wurde schon beantwortet, oder sie wurde in einem anderen Browser geöffnet. Gehen Sie zurück zur App und beginnen Sie neu.',
  'error.subject': 'Sie sind jetzt unter einem anderen Namen angemeldet',
  'error.subject.hint': 'Die Anfrage wurde jemand anderem gezeigt. Gehen Sie zurück zur App und beginnen Sie neu.',
  'error.csrf': 'Wir waren nicht sicher, dass Sie es sind',
  'error.csrf.hint':
    'Es wurde nichts geändert. Gehen Sie zurück, laden Sie die Seite neu und entscheiden Sie noch einmal.',
  'error.account': 'Diese App gehört zu einem anderen Konto',
  'error.account.hint':
    'Sie sind nicht Mitglied des Kontos, für das diese App gemacht wurde. Es wurde nichts weitergegeben. Melden Sie sich als Mitglied an und beginnen Sie neu.',
  'error.forbidden': 'Diese Seite ist nicht für Sie',
  'error.forbidden.hint':
    'Sie sind angemeldet, dürfen diese Seite aber nicht öffnen. Wenden Sie sich an die Verwaltung von {name}.',
  'error.missing': 'Hier ist nichts',
  'error.missing.hint': 'Die Adresse stimmt nicht, oder was hier war, gibt es nicht mehr.',
  'error.throttled': 'Zu viele Versuche',
  'error.throttled.hint': 'Warten Sie einen Augenblick und versuchen Sie es dann noch einmal.',
  'error.server': 'Bei uns ist etwas schiefgegangen',
  'error.server.hint':
    'Versuchen Sie es gleich noch einmal. Wenn es wieder geschieht, nennen Sie dem Support von {name} die Anfragenummer unten.',
  'error.request_id': 'Anfragenummer',
  'error.details': 'Für die Hersteller der App',
  'error.onward': 'Weiter zu {host}',
  'error.onward.hint': 'Sie verlassen {name}. Gehen Sie nur weiter, wenn Sie diese Adresse kennen.',
}
