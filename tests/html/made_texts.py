"""News articles in several languages, written for these tests, each with the furniture of a news site around it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Story:
    """One article and its page. ``body`` is what a reader came for: all of it must stay."""

    lang: str
    site: str
    title: str
    body: tuple[str, ...]
    """Paragraphs; one that starts with "# " is a sub-heading."""
    nav: tuple[str, ...]
    cookie: str
    share: str
    credit: str
    """What stands under the picture: who took it."""
    related: str
    stories: tuple[str, ...]
    """Headlines of other stories, under the heading ``related``."""
    plea: str
    bio: str
    comments: tuple[str, ...]
    """A heading, then what readers said."""
    foot: str


STORIES = (
    Story(
        "en",
        "Harbour Post",
        "Ferry service to the outer islands returns after two years",
        (
            "PORT ELLIS, March 3 - Ferries to the three outer islands will sail again from Monday, two years after a storm tore the old pier apart, the port authority said on Friday.",
            "The first boat is due to leave at six in the morning with room for 180 passengers and 22 cars. Islanders, who have relied on a fishing boat twice a week, will travel free until the end of April.",
            '"People here stopped making plans," said Moira Kells, who runs the only shop on Great Sorrel. "You ordered flour and hoped that the sea was kind."',
            "# What it costs",
            "The new pier cost 41 million, a third more than planned. Engineers had to drive the piles eleven metres deeper than the drawings foresaw, because the sea bed turned out to be soft clay.",
            "The authority will pay for it with a harbour fee of 2.50 a passenger over the next twelve years. Residents of the islands are exempt from the fee.",
            "A second boat is under construction and should join the service in autumn, when the herring season brings up to four hundred workers to the islands.",
        ),
        ("Home", "News", "Sport", "Weather", "Opinion", "Jobs"),
        "We use cookies to improve your visit. By clicking Accept you agree to our privacy policy.",
        "Share on Facebook",
        "Photo: Daniel Arkwright / Harbour Post",
        "Read more",
        (
            "Council votes to close swimming pool over winter",
            "Local baker wins national prize for rye loaf",
            "Three held after break-in at the railway museum",
        ),
        "Subscribe to our newsletter and get the best of the Harbour Post in your inbox every morning.",
        "Lena Orchard is a reporter for the Harbour Post. She has covered shipping and fisheries since 2011.",
        (
            "Comments",
            "At last! My mother has waited for this since the storm.",
            "Great news but the timetable is a joke, who leaves at six.",
        ),
        "© 2024 Harbour Post. All rights reserved.",
    ),
    Story(
        "de",
        "Nordblatt",
        "Stadt Wellingen bekommt nach zehn Jahren wieder eine Straßenbahn",
        (
            "Wellingen. Zehn Jahre nach der Stilllegung der letzten Linie fährt in Wellingen wieder eine Straßenbahn. Am Sonntag rollten die ersten Wagen vom Bahnhof zum neuen Klinikum im Osten der Stadt.",
            "Rund zwölftausend Menschen drängten sich nach Angaben der Verkehrsbetriebe an den sieben Haltestellen, um einen Platz in den neuen Zügen zu bekommen. Die Fahrten waren am ersten Tag kostenlos.",
            "„Wir haben lange darum gekämpft, und jetzt steht sie vor der Tür“, sagte Oberbürgermeisterin Karin Dettmer bei der Eröffnung. Ihr Vorgänger hatte das alte Netz aus Geldmangel aufgegeben.",
            "# Teurer als gedacht",
            "Der Bau der fünf Kilometer langen Strecke kostete 94 Millionen Euro und damit ein Viertel mehr als geplant. Grund waren vor allem alte Leitungen, die auf keinem Plan verzeichnet waren.",
            "Das Land trägt gut die Hälfte der Kosten. Den Rest will die Stadt über eine Abgabe der Betriebe finanzieren, die an der neuen Strecke liegen und von ihr profitieren.",
            "Im nächsten Jahr soll die Linie bis zum Stadion verlängert werden. Ob das Geld dafür reicht, entscheidet der Rat nach der Sommerpause.",
        ),
        ("Startseite", "Politik", "Wirtschaft", "Sport", "Wetter", "Anzeigen"),
        "Wir verwenden Cookies, um Ihnen das beste Erlebnis zu bieten. Mit Klick auf „Akzeptieren“ stimmen Sie zu.",
        "Auf Facebook teilen",
        "Foto: Jens Brockmöller / dpa",
        "Lesen Sie auch",
        (
            "Freibad öffnet in diesem Sommer später als sonst",
            "Zwei Verletzte bei Unfall auf der Landesstraße 12",
            "Handballer verlieren auch das dritte Spiel",
        ),
        "Abonnieren Sie unseren Newsletter und erhalten Sie jeden Morgen die wichtigsten Nachrichten kostenlos per E-Mail.",
        "Über den Autor: Matthias Kern ist Redakteur im Ressort Lokales und schreibt seit 2009 für das Nordblatt.",
        (
            "Kommentare",
            "Endlich! Darauf warte ich, seit ich hierher gezogen bin.",
            "Und wer bezahlt das alles? Natürlich wieder wir.",
        ),
        "© 2024 Nordblatt. Alle Rechte vorbehalten. Impressum",
    ),
    Story(
        "fr",
        "La Gazette du Port",
        "Les pêcheurs de Saint-Aubry obtiennent un nouveau port",
        (
            "Après quinze ans de promesses, les pêcheurs de Saint-Aubry auront leur port. Le conseil régional a voté jeudi soir un budget de 27 millions d'euros pour reconstruire les quais emportés par la tempête.",
            "Les travaux doivent commencer en septembre et durer trois ans. Pendant ce temps, les quarante-deux bateaux de la flotte seront accueillis dans le bassin de la marine, à deux kilomètres de là.",
            "« Nous avons cru que personne ne nous écoutait plus », raconte Yvon Le Guellec, patron de pêche depuis trente ans. « Mes fils voulaient partir travailler à la ville. »",
            "# Une criée toute neuve",
            "Le projet prévoit aussi une criée de mille mètres carrés, avec une chambre froide alimentée par des panneaux solaires. Elle remplacera le hangar où le poisson se vend depuis 1961.",
            "Les défenseurs de la dune voisine craignent cependant que les camions ne passent par le chemin des roseaux. La région promet une route séparée, qui n'est pas encore financée.",
            "Une réunion publique aura lieu à la mairie le 12 juin. Les habitants pourront y consulter les plans et déposer leurs remarques pendant un mois.",
        ),
        ("Accueil", "Région", "Économie", "Culture", "Sports", "Météo"),
        "Nous utilisons des cookies pour améliorer votre expérience. En poursuivant, vous acceptez notre politique de confidentialité.",
        "Partager sur Facebook",
        "Crédit photo : Maëlle Kervran / La Gazette du Port",
        "À lire aussi",
        (
            "Le cinéma du centre-ville rouvre ses portes samedi",
            "Un incendie ravage un entrepôt près de la gare",
            "Handball : les filles de Saint-Aubry en finale",
        ),
        "Inscrivez-vous à notre newsletter pour recevoir chaque matin l'essentiel de l'actualité de votre région.",
        "Claire Morvan est journaliste à La Gazette du Port, où elle suit la mer et l'environnement depuis 2014.",
        (
            "Commentaires",
            "Enfin une bonne nouvelle, il était temps !",
            "Et la route, on la paiera encore avec nos impôts ?",
        ),
        "© 2024 La Gazette du Port. Tous droits réservés. Mentions légales",
    ),
    Story(
        "es",
        "El Faro de Levante",
        "Un pueblo de montaña recupera su escuela gracias a ocho familias",
        (
            "La escuela de Valdeorreta volvió a abrir sus puertas este lunes, once años después de que el último alumno terminara el curso. Ocho familias llegadas de la capital han hecho posible lo que parecía perdido.",
            "Catorce niños de entre tres y once años comparten una sola aula con dos maestras. El ayuntamiento ha reparado el tejado y la caldera con una ayuda de 180.000 euros del gobierno regional.",
            "«El primer día lloró medio pueblo», cuenta Asunción Ribera, la alcaldesa. «Aquí nos habíamos acostumbrado a oír solo las campanas y los tractores».",
            "# Casas a cambio de trabajo",
            "Las familias respondieron a un anuncio que ofrecía una vivienda por cien euros al mes a quien se comprometiera a quedarse cinco años. Llegaron más de seiscientas solicitudes en dos semanas.",
            "Entre los nuevos vecinos hay una panadera, dos informáticos y un carpintero. Todos coinciden en que la conexión a internet, instalada el año pasado, fue decisiva para dar el paso.",
            "El programa se ampliará en otoño a otros seis municipios de la comarca. La consejería de Educación calcula que podrían reabrirse al menos tres escuelas más.",
        ),
        ("Inicio", "España", "Mundo", "Deportes", "Cultura", "El tiempo"),
        "Utilizamos cookies propias y de terceros para mejorar nuestros servicios. Si continúa navegando, acepta su uso.",
        "Compartir en Facebook",
        "Foto: Rosa Belmonte / El Faro de Levante",
        "Te puede interesar",
        (
            "Detenidos dos vecinos por el robo de cobre en la estación",
            "La feria del libro bate su récord de visitantes",
            "El equipo local asciende a segunda tras veinte años",
        ),
        "Suscríbete a nuestro boletín y recibe cada mañana las noticias más importantes en tu correo.",
        "Javier Olmedo es redactor de El Faro de Levante y escribe sobre el mundo rural desde 2012.",
        ("Comentarios", "Qué alegría leer algo así, enhorabuena a todos.", "A ver cuánto tiempo aguantan en invierno."),
        "© 2024 El Faro de Levante. Todos los derechos reservados. Aviso legal",
    ),
    Story(
        "pl",
        "Kurier Nadrzeczny",
        "Most w Zawodziu otwarty po czterech latach remontu",
        (
            "Po czterech latach remontu kierowcy mogą znowu przejechać przez most w Zawodziu. Wczoraj w południe jako pierwsze ruszyły po nim autobusy i wozy strażackie.",
            "Przeprawa z 1936 roku została zamknięta, gdy w jednym z filarów wykryto pęknięcia. Mieszkańcy lewego brzegu musieli odtąd jeździć do pracy objazdem długości dwudziestu kilometrów.",
            "– Straciliśmy przez to połowę klientów i dwóch pracowników – mówi Grażyna Sowińska, właścicielka piekarni przy rynku. – Teraz wszystko zaczynamy właściwie od nowa.",
            "# Drożej niż w umowie",
            "Remont kosztował 63 miliony złotych, o jedenaście więcej, niż zapisano w umowie. Wykonawca tłumaczy to cenami stali, które w ciągu dwóch lat niemal się podwoiły.",
            "Miasto zapłaci jedną trzecią tej sumy, resztę pokryje budżet państwa. Po moście nie będą mogły jeździć ciężarówki cięższe niż dwadzieścia ton.",
            "W przyszłym roku drogowcy mają zbudować obok ścieżkę dla rowerów i chodnik. Przetarg na te prace zostanie ogłoszony jeszcze przed wakacjami.",
        ),
        ("Strona główna", "Wiadomości", "Sport", "Kultura", "Pogoda", "Ogłoszenia"),
        "Ta strona używa plików cookie. Korzystając z niej, zgadzasz się na naszą politykę prywatności.",
        "Udostępnij na Facebooku",
        "Fot. Tomasz Wrona / Kurier Nadrzeczny",
        "Czytaj także",
        (
            "Basen miejski będzie nieczynny do końca miesiąca",
            "Złodzieje rowerów zatrzymani na dworcu",
            "Siatkarki z Zawodzia awansowały do pierwszej ligi",
        ),
        "Zapisz się do naszego newslettera i otrzymuj codziennie najważniejsze wiadomości z regionu.",
        "Marek Jasiński jest dziennikarzem Kuriera Nadrzecznego. O drogach i transporcie pisze od 2010 roku.",
        (
            "Komentarze",
            "Nareszcie, już nie wierzyłem, że tego dożyję.",
            "A korki i tak będą takie same, zobaczycie sami.",
        ),
        "© 2024 Kurier Nadrzeczny. Wszelkie prawa zastrzeżone.",
    ),
    Story(
        "ru",
        "Вестник Заречья",
        "В Заречье открыли библиотеку в здании старой мельницы",
        (
            "В Заречье в субботу открылась городская библиотека, которая заняла здание мельницы, пустовавшее больше тридцати лет. На открытие пришли около полутора тысяч жителей.",
            "Строители сохранили деревянные балки и жернова, а на верхнем этаже устроили читальный зал с видом на реку. В фонде библиотеки сорок тысяч книг и большое собрание местных газет.",
            "«Мой дед молол здесь зерно, а внуки теперь будут читать сказки», — рассказала пенсионерка Вера Лаптева, которая принесла в подарок библиотеке две коробки книг.",
            "# Деньги собирали всем городом",
            "Ремонт обошёлся в 58 миллионов рублей. Треть этой суммы собрали сами горожане: они покупали именные кирпичи и устраивали по выходным благотворительные ярмарки.",
            "Остальное выделил областной бюджет. По словам главы города Сергея Мельникова, без участия жителей здание пришлось бы снести ещё три года назад.",
            "Библиотека будет работать ежедневно до девяти вечера. Осенью в подвале мельницы обещают открыть мастерскую для детей и небольшой кинозал.",
        ),
        ("Главная", "Новости", "Спорт", "Культура", "Погода", "Объявления"),
        "Мы используем файлы cookie. Продолжая пользоваться сайтом, вы соглашаетесь с политикой конфиденциальности.",
        "Поделиться ВКонтакте",
        "Фото: Игорь Самойлов / Вестник Заречья",
        "Читайте также",
        (
            "Движение по мосту закроют на две недели",
            "Хоккеисты Заречья проиграли третий матч подряд",
            "В парке высадили двести молодых лип",
        ),
        "Подпишитесь на нашу рассылку и получайте главные новости города каждое утро.",
        "Анна Кузнецова — корреспондент «Вестника Заречья», пишет о культуре и образовании с 2013 года.",
        (
            "Комментарии",
            "Наконец-то хоть что-то хорошее в нашем городе!",
            "А дороги к ней так и не отремонтировали, позор.",
        ),
        "© 2024 Вестник Заречья. Все права защищены.",
    ),
    Story(
        "ar",
        "صحيفة الميناء",
        "افتتاح أول خط قطار يربط المدينة بالساحل بعد عشر سنوات من العمل",
        (
            "افتتحت وزارة النقل صباح الأحد أول خط قطار يربط المدينة بالساحل، بعد عشر سنوات من العمل المتواصل وتأجيل موعد الافتتاح أربع مرات بسبب نقص التمويل.",
            "ويبلغ طول الخط سبعة وأربعين كيلومترا ويمر بتسع محطات، ويقطع القطار المسافة في خمس وثلاثين دقيقة بدلا من ساعة ونصف بالحافلة. وستكون الرحلات مجانية خلال الشهر الأول.",
            "وقالت سلمى الحداد، وهي معلمة تسكن في الضاحية الشرقية: «كنت أخرج من بيتي قبل شروق الشمس، أما الآن فسوف أتناول الفطور مع أولادي كل يوم».",
            "# تكلفة أعلى من المتوقع",
            "وبلغت تكلفة المشروع نحو ثلاثمئة مليون، أي بزيادة الثلث على ما كان مقررا. وأوضح المهندسون أن حفر النفق تحت التلال استغرق وقتا أطول لأن الصخور كانت أصلب مما ظهر في الدراسات.",
            "وتتحمل الدولة نصف التكلفة، بينما تسدد البلدية الباقي على عشرين عاما من عائدات التذاكر ومن إيجار المتاجر في المحطات الجديدة.",
            "ومن المنتظر أن يمتد الخط إلى المطار خلال ثلاثة أعوام، إذا وافق مجلس المدينة على الميزانية في جلسته المقبلة.",
        ),
        ("الرئيسية", "أخبار", "رياضة", "ثقافة", "الطقس", "وظائف"),
        "نستخدم ملفات تعريف الارتباط لتحسين تجربتك. باستمرارك في التصفح فإنك توافق على سياسة الخصوصية.",
        "شارك على فيسبوك",
        "تصوير: كريم منصور / صحيفة الميناء",
        "اقرأ أيضا",
        (
            "البلدية تغلق السوق القديم لأعمال الترميم",
            "فريق المدينة يخسر مباراته الثالثة على أرضه",
            "إصابة شخصين في حادث على الطريق الساحلي",
        ),
        "اشترك في نشرتنا البريدية لتصلك أهم الأخبار كل صباح.",
        "ليلى عثمان صحفية في صحيفة الميناء وتكتب عن النقل والعمران منذ عام 2012.",
        ("التعليقات", "أخيرا خبر مفرح بعد طول انتظار.", "ومن سيدفع كل هذه الأموال؟ نحن بالطبع."),
        "© 2024 صحيفة الميناء. جميع الحقوق محفوظة.",
    ),
    Story(
        "ja",
        "みなと新報",
        "離島を結ぶ定期船、二年ぶりに運航を再開",
        (
            "県北部の三つの離島と本土を結ぶ定期船が、来週の月曜日から二年ぶりに運航を再開する。台風で壊れた桟橋の工事が終わったためで、県港湾課が金曜日に発表した。",
            "始発便は午前六時に出港し、乗客百八十人と乗用車二十二台を運ぶことができる。これまで週に二回の漁船に頼ってきた島の住民は、四月末まで無料で乗船できるという。",
            "島でただ一つの商店を営む木村和子さんは「小麦粉を注文しても、海が荒れればいつ届くか分からなかった。これでようやく予定が立てられます」と話した。",
            "# 工事費は三割増し",
            "新しい桟橋の工事費は四十一億円で、当初の計画を三割ほど上回った。海底の地盤が予想より軟らかく、杭を十一メートル深く打ち直す必要があったからだ。",
            "県は今後十二年間、乗客一人につき二百五十円の港湾使用料で費用をまかなう考えだ。島に住む人からは使用料を取らない方針も示した。",
            "二隻目の船は現在建造中で、秋には就航する見通しとなっている。ニシン漁の季節には、四百人近い働き手が島へ渡るとみられる。",
        ),
        ("ホーム", "ニュース", "スポーツ", "天気", "文化", "求人"),
        "当サイトではクッキーを使用しています。閲覧を続けることで、プライバシーポリシーに同意したものとみなされます。",
        "フェイスブックでシェアする",
        "写真:佐々木健太/みなと新報",
        "あわせて読みたい",
        ("市民プール、冬の間は休業へ", "老舗のパン店が全国大会で金賞", "鉄道博物館に侵入した疑いで三人逮捕"),
        "メールマガジンに登録すると、毎朝、注目のニュースを無料でお届けします。",
        "この記事を書いた人:田中真一。みなと新報の記者。二〇一一年から海運と漁業を担当している。",
        ("コメント", "やっと再開ですね。母がずっと待っていました。", "朝六時は早すぎる。時刻表を考え直してほしい。"),
        "© 2024 みなと新報社 無断転載を禁じます。",
    ),
)
