"""Wordings of leftovers, written for training: pleas, promotion, marked links, widgets, in several languages.

A choice in braces is ``{one|other}``; ``{T}`` is another story's headline, ``{O}`` an outlet, ``{P}`` a product, ``{N}``
a number.
"""

from __future__ import annotations

PLEAS = """
{Help us|Help us to} keep reporting {freely|without fear|for everyone}. {Donate|Chip in|Give what you can} today.
{If you value our work|If this story mattered to you|If you found this useful}, please {consider|think about} {a small gift|becoming a supporter|making a donation}.
{O} is {funded|paid for} by its readers. {Will you join them?|Become one of them.|Make a contribution from $1.}
{Good|Quality|Independent|Serious} {journalism|reporting} {costs money|is expensive|takes time and money}. {Please support us|Help us pay for it|Support our newsroom}.
We {need|rely on} your {help|support|generosity} to {keep going|tell these stories|hold power to account}.
Your {gift|contribution|donation|subscription} {keeps|helps keep} {our reporting|this site|the newsroom} {alive|free|independent|open to all}.
{Donate to|Support|Fund} {O}
{Become a member|Join as a member|Be a patron} {today|now|and read without ads}
We don't have a paywall. {That means we depend on you.|Readers like you make that possible.}
{Subscribe|Sign up} to {our|the} {free |daily |weekly |morning |evening |}{newsletter|bulletin|email digest|briefing}.
{Sign up|Register} {here|below} {for|to get} {our best stories|the latest headlines|a weekly round-up|breaking news alerts} {in your inbox|by email|every morning}.
{Get|Receive} the {day's|week's} {biggest|top|most important} stories {straight to your inbox|delivered to you|before breakfast}.
{Enter|Leave|Type in} your email {address|} {to subscribe|and we'll keep you posted|for updates}.
{By signing up|By subscribing|When you register} you agree to our {terms|terms of use|privacy notice}.
{Follow|Like|Find} {us|O|our page} on {Facebook|Twitter|X|Instagram|YouTube|LinkedIn|Threads|Bluesky|TikTok} {for more|for live updates|and never miss an update|}.
{Join|Follow} our {WhatsApp|Telegram|Signal|Viber} {channel|group|community} {for breaking news|to get news first|for instant alerts|}.
{Download|Install|Try} {our|the O|the new} {app|mobile app|news app} {from|on} {the App Store|Google Play|Android and iPhone|your phone}.
{Click|Tap} here to {join|follow|subscribe to} {us on WhatsApp|our Telegram channel|our YouTube channel}.
{Make O your preferred source|Add O as a trusted source|Follow O} on Google {News|Search|Discover}.
{Do you have|Got|Have} {a tip|information|a story|something to share}? {Contact|Write to|Email|Call} {our reporters|the news desk|us} {in confidence|securely|at the address below}.
{If you have|Anyone with} {documents|information|experience of this} can {reach us|message the reporter} {on Signal|by encrypted mail|over our secure line}.
{Tell us|Let us know} {what you think|your view|your story} {in the comments|below|by email}.
{Have you been affected|Were you there}? {Share your experience|Send us your photos|Get in touch}.
{To continue reading|To read the whole story|For full access}, {log in|subscribe|create a free account|start a trial}.
{You have|You've got} {N} {free articles|stories} left {this month|}. {Subscribe|Register} {for more|to keep reading|}.
{Already a subscriber|Have an account}? {Log in|Sign in} {here|}
{Unlock|Get} {unlimited access|every story|the full archive} {for less than a coffee|from N a month|with our spring offer}.
{Listen to|Hear} {our podcast|the latest episode|this week's show} {wherever you get your podcasts|on Spotify|here}.
{Buy us a coffee|Leave a tip|Tip the author} {if you liked this|to say thanks|}.
{Our|The} {spring|year-end|annual} {fund drive|appeal|campaign} {ends soon|is on|needs you}.
{Thank you for reading|Thanks for being a reader}. {Please share this story|Tell a friend|Support what we do}.
"""

PROMOTION = """
{Save|Get} N% {off|on} {your first order|all P|everything} {with code|using the code|at checkout with} {SAVE|NEWS|READER}N.
{Our|The editors'} {picks|favourites|guide}: {the best|N great|affordable} P {right now|this year|under $N|for every budget}
{See|Check|Browse|Compare} {the latest|all|today's} {deals|prices|offers} {on P|here|at our partner}.
{Best|Top} P {for|of} {2024|2025|2026|beginners|travel|the season}
{Shop|Order|Buy} {P|our new book|the print edition|tickets} {now|today|online|here}
{Looking for|In the market for|Thinking of buying} P? {Here are our favourites.|We tested N of them.|Read our guide first.}
{We've also|We have also|We recently} {tested|reviewed|rounded up|ranked} {the best|N|the top} P
{Join us|Meet us|Be there} at {our annual conference|the summit|our next event}. {Tickets are on sale|Register now|Seats are limited}.
{Sponsored|Advertisement|Promoted|Partner content}: {T}
{Book|Schedule|Request} {a demo|a free consultation|a call with our team|an appointment} {today|now|}
{Start|Begin} your {free trial|N-day trial} {today|now|. No card needed.}
{Read our|Download the} {free|} {guide|e-book|white paper|report}: {T}
{Win|Enter to win} {a pair of tickets|P|a weekend for two}. {See the rules.|Draw ends Friday.}
"""

AFFILIATE = """
{We|O|The author} may {earn|receive|get} {a commission|a small fee|money} {if you buy|when you buy|from purchases made} {through|via|after clicking} {our|these} links.
{This|Our} {page|article|post|story} {contains|has|includes} {affiliate|partner|referral} links{.|, which cost you nothing extra.| that pay us.}
{Prices|Prices and stock} {were correct|are as} {when this was published|at the time of writing} and {may change|can change at any time}.
{Some|Several} {products|items} {here|on this page} were {sent to us free|supplied by the makers|chosen by a partner}.
{The author|The writer} {holds|has no position in} {shares|any of the stocks} {of companies named here|mentioned}.
{Nothing here|This article} is {financial|medical|legal} advice. {Speak to a professional.|It is for information only.}
{The views|Opinions} {expressed|given} {here|above} are {the author's own|those of the writer} {and not of O|}.
{Paid|Sponsored} {post|content}: the newsroom of O {had no part in it|did not write it|was not involved}.
"""

MARKERS = """
{READ|Read|ALSO READ|Also read|Also Read|READ MORE|Read more|Read More|READ ALSO|Read also|Read Next|READ NEXT}{:| -| –|  |: |} {T}
{RELATED|Related|Related story|Related article|Related:|RELATED STORY|RELATED ARTICLE}{:| –| |  } {T}
{See also|SEE ALSO|See more|Watch|WATCH|Watch now|Listen|LISTEN|Must read|MUST READ|Don't miss|DON'T MISS|Trending|TRENDING|Recommended|Up next|Next}{:| –| |} {T}
{More|More on this|More from O|More like this|In case you missed it|ICYMI|Earlier|Previously|Further reading|Editor's pick|From the archive|Explore}{:| –} {T}
{>>|»|→|▶|•|*|-|–} {T}
{>>|»|→} {Read|Also read|More}: {T}
{You may also like|You might also enjoy|Readers also liked|Others are reading}: {T}
({Read|See|Also read}: {T})
[{Read|Related|See also}: {T}]
{Click here to read|Read the full story|Read here}: {T}
{T} {>>|»|[Read more]|(Read more)|| Read more}
"""

WIDGETS = """
{Trending|Trending now|Trending News|Popular|Most read|Most popular|Top stories|Latest|Latest news|Recent posts|Editor's picks}
{Related|Related posts|Related stories|Related news|Related topics|Recommended|Recommended News|Recommended for you|More stories|More news|You may also like}
{Share|Share this|Share this story|Share on Facebook|Tweet|Pin|Email|Print|Copy link|Spread the word|Share the good news}{:|}
{Comments|Leave a comment|Leave a Reply|Post a comment|Add a comment|Join the conversation|N comments|Be the first to comment|View comments}
{Required fields are marked *|Save my name and email in this browser.|Your email address will not be published.|Please enter your comment!|Notify me of new comments.}
{Advertisement|- Advertisement -|ADVERTISEMENT|Ad|Sponsored|Continue reading below|Story continues below|Article continues after this advertisement}
{Tags|Topics|Filed under|Categories|Category|Posted in|In this article|Keywords}: {T}
{About the author|About us|Contact us|Terms of use|Privacy policy|Cookie settings|All rights reserved|Copyright © 2025 O}
{Previous article|Next article|Previous|Next|Back to top|Load more|Show more|Read more|Continue reading|View all|See all|Click to expand}
{What is your reaction?|Rate this article|Was this helpful?|Did you like this story?|Report an error|Suggest a correction}
{Image credit|Photo|Getty Images|File photo|Source}: {O|Reuters|AFP|Getty}
{Home|News|Sport|Business|World} {/|>|»} {News|Sport|Business|World|Politics|Local}
"""

GERMAN = """
{Unterstützen|Fördern} Sie {unsere Arbeit|unabhängigen Journalismus|unsere Redaktion} {mit einer Spende|mit Ihrem Beitrag|jetzt}.
{Guter Journalismus kostet Geld.|Unsere Recherchen sind aufwendig.} {Helfen Sie mit|Werden Sie Mitglied|Spenden Sie jetzt}!
{Abonnieren|Bestellen} Sie {unseren|den kostenlosen|unseren täglichen} {Newsletter|Rundbrief}{.|, um nichts zu verpassen.| und bleiben Sie informiert.}
{Jetzt|Hier} {anmelden|abonnieren|kostenlos testen|registrieren}
{Folgen Sie uns|Folge uns} {auf|bei} {Facebook|Instagram|WhatsApp|Twitter|YouTube|Telegram}{.| und bleiben Sie auf dem Laufenden.}
{Laden Sie|Holen Sie sich} {unsere App|die O-App} {herunter|aufs Handy}.
{Lesen Sie auch|Auch interessant|Mehr zum Thema|Das könnte Sie auch interessieren|Weiterlesen|Passend dazu}{:|} {Neue Regeln für Mieter ab Januar|Was der Winter für die Bauern bedeutet|So sparen Sie beim Heizen|Bahn kündigt neue Verbindungen an|}
{Mit einem Abo|Mit O Plus} lesen Sie {alle Artikel|unbegrenzt weiter}. {Jetzt testen|Zum Angebot}.
{Artikel teilen|Teilen|Drucken|Per E-Mail senden|Auf Facebook teilen|Merken|Kommentare|Kommentar schreiben|Diskutieren Sie mit}
{Haben Sie|Sie haben} {Hinweise|Informationen|einen Tipp} {für uns|zu diesem Thema}? {Schreiben Sie uns|Melden Sie sich vertraulich}.
{Anzeige|Werbung|Zum Thema|Meistgelesen|Mehr Nachrichten|Startseite|Impressum|Datenschutz|Nach oben}
{Wir erhalten|Die Redaktion erhält} {eine Provision|eine kleine Vergütung}, wenn Sie über {unsere|diese} Links {einkaufen|bestellen}.
"""

FRENCH = """
{Soutenez|Aidez} {notre rédaction|un journalisme indépendant|notre travail} {par un don|dès maintenant|en vous abonnant}.
{Cet article est réservé aux abonnés.|Il vous reste N % à lire.} {Abonnez-vous|Connectez-vous} {pour lire la suite|}.
{Inscrivez-vous|Abonnez-vous} à {notre|la} {newsletter|lettre d'information|lettre quotidienne}{.| pour ne rien manquer.| et recevez l'essentiel chaque matin.}
{Suivez-nous|Retrouvez-nous|Rejoignez-nous} sur {Facebook|Instagram|WhatsApp|X|YouTube|Telegram}{.| pour plus d'actualités.}
{Téléchargez|Installez} {notre application|l'appli O} {pour recevoir nos alertes|gratuitement}.
{Lire aussi|À lire aussi|Lire également|Sur le même sujet|À voir aussi|Voir aussi}{ :|} {Le prix du pain augmente encore|Ce que change la nouvelle loi|Dix idées pour un week-end à la mer|}
{Partager|Partager sur Facebook|Imprimer|Envoyer par e-mail|Commenter|Réagir|N commentaires|Laisser un commentaire}
{Vous avez|Si vous avez} {une information|un témoignage}{ ?|,} {Contactez-nous|Écrivez-nous} {en toute confidentialité|ici}.
{Publicité|Les plus lus|À la une|Articles liés|Mentions légales|Accueil|Haut de page|Plus d'articles}
{Certains liens|Les liens} de cet article {sont affiliés|nous rapportent une commission}.
"""

SPANISH = """
{Apoya|Ayuda a} {nuestro periodismo|una prensa independiente|nuestro trabajo} {con un donativo|hoy|haciéndote socio}.
{Suscríbete|Apúntate|Regístrate} {a nuestro boletín|a la newsletter|gratis}{.| y recibe las noticias cada mañana.| para seguir leyendo.}
{Síguenos|Únete a nosotros|Encuéntranos} en {Facebook|Instagram|WhatsApp|X|YouTube|Telegram}{.| para no perderte nada.}
{Descarga|Instala} {nuestra app|la aplicación de O} {y recibe alertas|en tu móvil}.
{Lee también|Te puede interesar|Más sobre este tema|Ver también|Lea además|Noticias relacionadas}{:|} {Sube otra vez el precio del aceite|Qué cambia con la nueva ley|Diez planes para el fin de semana|}
{Compartir|Compartir en Facebook|Imprimir|Enviar por correo|Comentarios|Deja un comentario|Comentar esta noticia}
{Si tienes|¿Tienes} {información|una pista|algo que contar}{,|?} {escríbenos|contacta con nosotros} {de forma segura|aquí}.
{Contenido exclusivo para suscriptores.|Te quedan N artículos gratis.} {Suscríbete|Inicia sesión} {ya|para leer más}.
{Publicidad|Lo más leído|Últimas noticias|Aviso legal|Inicio|Política de cookies|Ver más}
{Podemos|O puede} {recibir una comisión|ganar dinero} por las compras {hechas desde estos enlaces|de esta página}.
"""

OTHER = """
{Sostieni|Aiuta} {il nostro giornalismo|la redazione} con {una donazione|un abbonamento}.
{Iscriviti|Abbonati} alla {nostra newsletter|newsletter quotidiana} {per restare aggiornato|gratuita}.
{Leggi anche|Potrebbe interessarti|Ti potrebbe interessare}: {Le regole nuove per chi affitta|Il meteo del fine settimana}
{Seguici|Seguiteci} su {Facebook|Instagram|WhatsApp|Telegram}
{Apoie|Ajude} {o nosso jornalismo|a nossa redação} com {uma doação|uma assinatura}.
{Assine|Subscreva} a {nossa newsletter|newsletter diária} {grátis|e receba as notícias}.
{Leia também|Veja também|Saiba mais}: {Preço da energia volta a subir|O que muda com a nova lei}
{Siga-nos|Acompanhe-nos} no {Facebook|Instagram|WhatsApp|Telegram}
{Steun|Help} {onze journalistiek|onze redactie} met {een gift|een abonnement}.
{Meld je aan|Schrijf je in} voor {onze nieuwsbrief|de dagelijkse nieuwsbrief}.
{Lees ook|Lees verder|Bekijk ook}: {Nieuwe regels voor huurders|Wat de winter betekent voor boeren}
{Volg ons|Vind ons} op {Facebook|Instagram|WhatsApp}
"""

PRODUCTS = [
    "running shoes",
    "laptops",
    "mattresses",
    "coffee makers",
    "headphones",
    "phone plans",
    "travel bags",
    "garden tools",
    "air purifiers",
    "credit cards",
    "streaming services",
    "smart watches",
    "cameras",
    "kitchen knives",
    "board games",
    "VPN apps",
    "e-bikes",
    "winter coats",
]
OUTLETS = [
    "The Harbour Post",
    "Northern Ledger",
    "Valley Courier",
    "Daily Lantern",
    "The Meridian",
    "Open Desk",
    "Riverside Times",
    "the Tribune",
    "The Signal",
    "Metro Herald",
    "the Observer",
    "Global Wire",
    "Capital Eye",
    "this website",
    "our newsroom",
]
PLACES = [
    "WASHINGTON",
    "LONDON",
    "BEIJING",
    "PARIS",
    "NAIROBI",
    "BRUSSELS",
    "Lagos",
    "NEW YORK",
    "TOKYO",
    "Berlin",
    "MEXICO CITY",
    "SYDNEY",
    "MOSCOW",
    "Delhi",
    "ROME",
]
AGENCIES = ["(AP)", "(Reuters)", "(AFP)", "(dpa)", "(Bloomberg)", "", "Staff", "(UPI)", "(Xinhua)"]
CREDITS = [
    "(Reporting by {A} and {B}; Editing by {C})",
    "Additional reporting by {A} in {P}.",
    "{A} reported from {P}. {B} contributed to this report.",
    "Writing by {A}; Editing by {B}",
    "— With reporting by {A}",
]
NAMES = [
    "Maria Okafor",
    "John Price",
    "Li Wen",
    "Anna Schulz",
    "David Romero",
    "Priya Nair",
    "Tom Hale",
    "Sofia Rossi",
    "Kwame Mensah",
    "Ewa Nowak",
    "James Lin",
    "Fatima Aziz",
    "Peter Holm",
    "Claire Dubois",
]
KINDS: tuple[tuple[str, str], ...] = (
    ("plea", PLEAS),
    ("promotion", PROMOTION),
    ("affiliate", AFFILIATE),
    ("marker", MARKERS),
    ("widget", WIDGETS),
    ("german", GERMAN),
    ("french", FRENCH),
    ("spanish", SPANISH),
    ("other", OTHER),
)
