import type { Messages } from './index.js'
import { de as management } from './management/de.js'

export const de: Messages = {
  ...management,
  'page.person': 'Angemeldet als {person}',
  'page.agent': '{program} unter {system}',

  'client.verified': 'Von {name} geprüft',
  'client.manual': 'Nicht von {name} geprüft',
  'client.user': 'Ungeprüft: von jemandem bei {name} angelegt',
  'client.dynamic': 'Ungeprüft: diese App hat sich selbst angemeldet',
  'client.metadata_document': 'Ungeprüft: beschrieben von {host}',
  'client.imitates': 'Der Name ähnelt {name}',
  'client.imitates.hint':
    '{name} hat nicht geprüft, von wem diese App stammt. Wenn sie behauptet, von {name} zu sein, lehnen Sie ab.',
  'client.other_host': 'Website und Empfänger passen nicht zusammen',
  'client.other_host.hint':
    'Die App gibt an, zu {website} zu gehören, Ihre Antwort ginge aber an {host}. Lehnen Sie ab, wenn Sie nicht beide kennen.',
  'client.suspicious': '{name} hat Zweifel an dieser App',
  'client.suspicious.hint':
    'Sie ist vielleicht nicht, was sie vorgibt. Lehnen Sie ab, wenn Sie nicht wissen, von wem sie stammt.',

  'consent.title': '{client} möchte auf {name} zugreifen',
  'consent.resources': 'Zugriff auf',
  'consent.problem': 'Noch nicht zugestimmt',
  'consent.problem.scope_missing': 'Wählen Sie mindestens eine Berechtigung oder lehnen Sie ab.',
  'consent.problem.project_missing': 'Wählen Sie, wo die App arbeiten darf, oder lehnen Sie ab.',
  'consent.problem.project_too_many': 'Wählen Sie höchstens {most} aus.',
  'consent.problem.read_only':
    'Dieser App genügt Lesen allein nicht. Entscheiden Sie noch einmal ohne „Nur lesen“, oder lehnen Sie ab.',
  'consent.destination': 'Ihre Antwort geht an {host}',
  'consent.destination.verified': 'Diese Adresse hat die App hinterlegt.',
  'consent.destination.unverified':
    'Jeder kann einer App diesen Namen geben. Stimmen Sie nur zu, wenn Sie diese Adresse kennen.',
  'consent.loopback': 'Ihre Antwort geht an ein Programm auf diesem Gerät',
  'consent.loopback.hint':
    '{name} kann nicht prüfen, welches Programm sie erhält ({host}). Stimmen Sie nur zu, wenn Sie die Verbindung gerade selbst begonnen haben.',
  'consent.loopback.described':
    'Jedes Programm auf diesem Gerät kann sich als diese App ausgeben: {host} hat die App beschrieben, nicht das Programm.',
  'consent.scopes': 'Was die App darf',
  'consent.scopes.hint': 'Nehmen Sie das Häkchen weg, wo Sie nicht zustimmen.',
  'consent.sensitive': 'Heikel',
  'consent.required': 'Von der App benötigt',
  'consent.already': 'Bereits erlaubt',
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
  'consent.switch_account': 'Anderes Konto verwenden',
  'consent.by_hand': 'Ihre Antwort ist ein Code, den Sie kopieren',
  'consent.by_hand.hint':
    'Sie bekommen einen Code für {client}. Stimmen Sie nur zu, wenn Sie die Verbindung gerade selbst begonnen haben, und geben Sie den Code nirgends sonst ein.',
  'consent.access': 'Wie weit sie gehen darf',
  'consent.access.full': 'Wie unten angekreuzt',
  'consent.access.full.hint': 'Lesen und ändern',
  'consent.access.read_only': 'Nur lesen',
  'consent.access.read_only.hint': 'Sie kann ansehen, aber nichts ändern',
  'consent.again': 'Diese Seite noch einmal zeigen',
  'consent.search': 'Suchen',
  'consent.search.label': 'Nach Namen suchen',
  'consent.search.none': 'Nichts heißt „{search}“.',
  'consent.search.shown': 'Auf dieser Seite: {count}',
  'consent.kept': 'Ausgewählt',
  'consent.pages': 'Seiten',
  'consent.pages.here': 'Seite {page} von {pages}',
  'consent.pages.previous': 'Zurück',
  'consent.pages.next': 'Weiter',
  'consent.label': 'Name für diese Verbindung',
  'consent.label.hint':
    'Wenn Sie möchten, zum Beispiel „mein Laptop“. Sie finden ihn bei Ihren verbundenen Apps wieder.',
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
  'apps.expires.latest': 'Spätestens {date}',
  'apps.expires.idle': '{idle}, wenn sie bis dahin nicht genutzt wird; spätestens {date}',
  'apps.keep_alive': 'Bleibt verbunden',
  'apps.keep_alive.on': 'Auch wenn Sie nicht da sind',
  'apps.keep_alive.off': 'Nein, der Zugriff endet von selbst',
  'apps.change': 'Ändern',
  'apps.disconnect': 'Trennen',
  'apps.disconnect.hint': 'Die App verliert diesen Zugriff sofort.',
  'apps.disconnect_all': 'Alle trennen',
  'apps.disconnect_all.hint': 'Die App verliert sofort jeden Zugriff, den Sie ihr gegeben haben.',
  'apps.everything': 'Alles trennen',
  'apps.everything.hint': 'Alle Apps verlieren jeden Zugriff, den Sie ihnen gegeben haben.',
  'apps.disconnect_everything': 'Alles trennen',
  'apps.disconnect_everything.hint':
    'Alle Apps verlieren sofort jeden Zugriff. Um eine wieder zu nutzen, verbinden Sie sie von der App aus neu.',
  'apps.pages': 'Weitere Verbindungen',
  'apps.first': 'Zurück zum Anfang',
  'apps.next': 'Mehr anzeigen',
  'apps.none.more': 'Es gibt keine weiteren Verbindungen',
  'apps.change.title': 'Was {client} darf',
  'apps.change.hint': 'Nehmen Sie das Häkchen weg, wo die App nichts mehr dürfen soll.',
  'apps.change.required': 'Ohne dies kann die App nicht arbeiten: {scopes}. Um es wegzunehmen, trennen Sie die App.',
  'apps.change.save': 'Speichern',
  'apps.change.cancel': 'Abbrechen',
  'apps.change.more':
    'Was Sie ändern, gilt sofort; die App bleibt verbunden. Um ihr mehr zu erlauben, verbinden Sie sie von der App aus neu.',
  'apps.change.problem': 'Es wurde nichts geändert',
  'apps.change.problem.nothing_left':
    'Lassen Sie mindestens eine Berechtigung und einen Ort stehen, an dem die App arbeiten darf, oder trennen Sie sie.',

  'device.enter': 'Ein Gerät verbinden',
  'device.enter.hint':
    'Ein Gerät oder Programm, das keinen Browser öffnen kann, zeigt Ihnen einen Code. Geben Sie ihn hier ein, damit es {name} nutzen darf.',
  'device.code': 'Code auf dem Gerät',
  'device.code.hint': 'Acht Buchstaben. Groß- und Kleinschreibung, Leerzeichen und Striche sind gleichgültig.',
  'device.continue': 'Weiter',
  'device.never':
    'Geben Sie nie einen Code ein, den Ihnen jemand geschickt hat: Sie ließen ihn {name} in Ihrem Namen nutzen.',
  'device.linked': 'Zeigt Ihr Gerät diesen Code?',
  'device.linked.hint':
    'Fahren Sie nur fort, wenn Sie dies gerade auf einem Gerät vor sich begonnen haben und es genau diesen Code zeigt. Hat Ihnen jemand den Link geschickt, schließen Sie diese Seite: Er würde {name} in Ihrem Namen nutzen.',
  'device.problem': 'Dieser Code wurde nicht angenommen',
  'device.problem.unknown': 'Es gibt keinen solchen Code. Sehen Sie auf Ihr Gerät und geben Sie ein, was es zeigt.',
  'device.problem.taken':
    'Er wurde schon eingegeben. Waren Sie das, machen Sie in demselben Browser weiter; sonst beginnen Sie auf dem Gerät von vorn.',
  'device.problem.expired': 'Er ist zu alt. Beginnen Sie auf dem Gerät von vorn und geben Sie den neuen Code ein.',
  'device.title': '{client} möchte von einem Gerät aus auf {name} zugreifen',
  'device.compare': 'Ihr Gerät muss genau diesen Code zeigen:',
  'device.yours': 'Haben Sie das begonnen?',
  'device.yours.hint':
    'Stimmen Sie nur zu, wenn Sie es gerade selbst getan haben, auf einem Gerät vor sich. Hat Ihnen jemand den Code oder einen Link geschickt, lehnen Sie ab: Er würde {name} in Ihrem Namen nutzen.',
  'device.asked': 'Anfrage von',
  'device.near': 'In dem Netz, in dem Sie sind',
  'device.far': 'In einem anderen Netz als Ihrem',

  'done.approved': '{client} ist verbunden',
  'done.approved.hint': 'Sie können dieses Fenster schließen und zur App zurückkehren.',
  'done.device': 'Ihr Gerät ist verbunden',
  'done.device.hint':
    '{client} kann {name} dort jetzt nutzen. Sie können dieses Fenster schließen und zum Gerät zurückkehren.',
  'done.denied': 'Sie haben die Anfrage abgelehnt',
  'done.denied.hint': 'Es wurde nichts an {client} weitergegeben. Sie können dieses Fenster schließen.',
  'done.error': 'Falls die App nach einer Antwort fragt',

  'code.title': 'Kopieren Sie diesen Code',
  'code.intro': 'Geben Sie ihn in {client} ein, in dem Fenster, in dem Sie begonnen haben.',
  'code.label': 'Einmal-Code',
  'code.copy': 'Kopieren',
  'code.copied': 'Kopiert',
  'code.expires': 'Er gilt einmal, innerhalb von {minutes} Minuten.',
  'code.warning': 'Niemand sonst braucht diesen Code',
  'code.warning.hint':
    'Wer ihn hat, kann {name} in Ihrem Namen nutzen. Geben Sie ihn niemandem, und geben Sie ihn nur in eine App ein, die Sie selbst gestartet haben.',

  'usage.title': 'Anfragen pro Tag, {from} bis {to}',
  'usage.none': 'In dieser Zeit gab es noch keine Anfragen.',
  'usage.passed': 'Durchgelassen',
  'usage.refused': 'Abgewiesen',
  'usage.passed.total': '{count} durchgelassen',
  'usage.refused.total': '{count} abgewiesen',
  'usage.busiest': 'Am meisten am {date}: {count}',
  'usage.day': 'Tag',
  'usage.table': 'Zahlen anzeigen',

  'error.title': 'Das hat nicht geklappt',
  'error.hint': 'Es wurde nichts weitergegeben. Gehen Sie zurück zur App und versuchen Sie es noch einmal.',
  'error.client': 'Diese App kennen wir nicht',
  'error.client.hint':
    'Die App, die Sie hierher geschickt hat, ist bei {name} nicht oder nicht mehr angemeldet. Es wurde nichts weitergegeben. Entfernen Sie die Verbindung in der App und verbinden Sie sie neu. Hilft das nicht, können es die Hersteller der App beheben.',
  'error.client_document': 'Wir konnten nicht prüfen, wer diese App ist',
  'error.client_document.hint':
    'Die App beschreibt sich auf ihrer eigenen Website. {name} konnte diese Beschreibung nicht lesen oder darf sie nicht annehmen. Es wurde nichts weitergegeben. Versuchen Sie es später noch einmal; beheben können das die Hersteller der App.',
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
  'error.form': 'Wir konnten nicht lesen, was gesendet wurde',
  'error.form.hint':
    'Es wurde nichts geändert. Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.',
  'error.session': 'Sie müssen sich zuerst anmelden',
  'error.session.hint':
    'Es wurde nichts weitergegeben. Melden Sie sich bei {name} an, gehen Sie dann zurück zur App und versuchen Sie es noch einmal.',
  'error.consent': 'Die App braucht Ihre Zustimmung',
  'error.consent.hint':
    'Sie wollte weitermachen, ohne Sie zu fragen, und es wurde nichts weitergegeben. Gehen Sie zurück zur App und verbinden Sie sie neu.',
  'error.navigation': 'Öffnen Sie diese Seite in einem eigenen Fenster',
  'error.navigation.hint':
    'Zu Ihrem Schutz wird sie weder in einer anderen Seite noch im Voraus gezeigt. Es wurde nichts weitergegeben. Gehen Sie zurück zur App und versuchen Sie es noch einmal.',
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
