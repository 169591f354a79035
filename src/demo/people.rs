//! Who takes part in the demonstration, and what becomes of each.
//!
//! Every person and company is made up; addresses are under the reserved example domains.

use crate::domain::role::Role;

/// A person of ours.
pub(super) struct Colleague {
    pub login: &'static str,
    pub first: &'static str,
    pub last: &'static str,
    pub role: Role,
}

/// The staff; the first one sets the store up and makes the others.
pub(super) const STAFF: [Colleague; 4] = [
    colleague("samir", "Samir", "Haddad", Role::SecurityAdministrator),
    colleague("anna", "Anna", "Lindqvist", Role::CustomerService),
    colleague("petra", "Petra", "Novak", Role::PortalDataAdministrator),
    colleague("ada", "Ada", "Osei", Role::Auditor),
];

const fn colleague(
    login: &'static str,
    first: &'static str,
    last: &'static str,
    role: Role,
) -> Colleague {
    Colleague { login, first, last, role }
}

/// A company that is known from the start.
pub(super) struct Firm {
    pub name: &'static str,
    pub partner: bool,
    pub email: &'static str,
    pub phone: &'static str,
    pub city: &'static str,
    pub country: &'static str,
}

/// The companies.
pub(super) const FIRMS: [Firm; 9] = [
    firm(
        "Acme Ltd",
        false,
        "office@acme.example",
        "+44 20 7946 0100",
        ("London", "United Kingdom"),
    ),
    firm(
        "Bolt & Daughters plc",
        false,
        "hello@bolt.example",
        "+44 161 496 0820",
        ("Manchester", "United Kingdom"),
    ),
    firm(
        "Karlsson & Norberg HB",
        false,
        "info@karlsson-norberg.example",
        "+46 8 505 5160",
        ("Stockholm", "Sweden"),
    ),
    firm("有限会社 伊藤", false, "info@ito.example", "+81 3 5550 1812", ("東京", "日本")),
    firm(
        "Boulangerie Lefèvre",
        false,
        "contact@lefevre.example",
        "+33 1 99 00 12 34",
        ("Lyon", "France"),
    ),
    firm(
        "Straßenbau Wörner GmbH",
        false,
        "post@woerner.example",
        "+49 30 23125 011",
        ("Berlin", "Germany"),
    ),
    firm("כהן ובניו", false, "office@cohen.example", "+972 3 555 0142", ("Tel Aviv", "Israel")),
    firm(
        "Südwind Reisen AG",
        true,
        "partner@suedwind.example",
        "+41 44 555 01 70",
        ("Zürich", "Switzerland"),
    ),
    firm(
        "Atlântico Distribuição",
        true,
        "parceiros@atlantico.example",
        "+351 21 555 0190",
        ("Lisboa", "Portugal"),
    ),
];

const fn firm(
    name: &'static str,
    partner: bool,
    email: &'static str,
    phone: &'static str,
    place: (&'static str, &'static str),
) -> Firm {
    Firm { name, partner, email, phone, city: place.0, country: place.1 }
}

/// A contact that is known from the start: first and last name, email, company.
pub(super) const CONTACTS: [(&str, &str, &str, usize); 6] = [
    ("Zoë", "O'Brien", "zoe@acme.example", 0),
    ("Joe", "O'Brien", "joe.obrien@bolt.example", 1),
    ("Karl", "Gustavsson", "karl@karlsson-norberg.example", 2),
    ("花子", "伊藤", "hanako@ito.example", 3),
    ("Jürgen", "Wörner", "j.woerner@woerner.example", 5),
    ("Reto", "Ammann", "reto@suedwind.example", 7),
];

/// What becomes of a visitor's request, each including what comes before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fate {
    /// Nobody has looked at it.
    New,
    /// A contact is linked; it waits for approval.
    Resolved,
    /// Approved; the user waits for a password.
    Approved,
    /// The user has a temporary password.
    HasPassword,
    /// The user has chosen an own one and comes back.
    SignsIn,
    /// The user has forgotten it since and tried too often.
    Throttled,
    /// The user was switched off.
    Disabled,
}

/// A visitor who pressed New User?
pub(super) struct Visitor {
    /// Minutes before now.
    pub ago: i64,
    pub first: &'static str,
    pub last: &'static str,
    pub email: &'static str,
    pub phone: &'static str,
    pub company: &'static str,
    pub fate: Result<Fate, &'static str>,
}

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

const fn visitor(
    ago: i64,
    name: (&'static str, &'static str),
    email: &'static str,
    phone: &'static str,
    company: &'static str,
    fate: Result<Fate, &'static str>,
) -> Visitor {
    Visitor { ago, first: name.0, last: name.1, email, phone, company, fate }
}

/// The visitors, the earliest first. A request that is rejected has its reason as fate.
pub(super) const VISITORS: [Visitor; 30] = [
    visitor(
        13 * DAY,
        ("Karl", "Gustavsson"),
        "karl@karlsson-norberg.example",
        "08-505 51 61",
        "Karlsson & Norberg HB",
        Ok(Fate::SignsIn),
    ),
    visitor(
        13 * DAY - 90,
        ("花子", "伊藤"),
        "hanako@ito.example",
        "03-5550-1813",
        "有限会社 伊藤",
        Ok(Fate::SignsIn),
    ),
    visitor(
        12 * DAY,
        ("Amélie", "Lefèvre"),
        "amelie@lefevre.example",
        "01 99 00 12 35",
        "Boulangerie Lefèvre",
        Ok(Fate::SignsIn),
    ),
    visitor(
        12 * DAY - 200,
        ("FREE", "PRIZES"),
        "winner@lottery.example",
        "000",
        "Lucky Draw International",
        Err("Advertising, not a request"),
    ),
    visitor(
        11 * DAY,
        ("Reto", "Ammann"),
        "reto@suedwind.example",
        "044 555 01 71",
        "Südwind Reisen AG",
        Ok(Fate::SignsIn),
    ),
    visitor(
        10 * DAY,
        ("Tom", "Fletcher"),
        "tom.fletcher@bolt.example",
        "0161 496 0821",
        "Bolt & Daughters plc",
        Ok(Fate::Disabled),
    ),
    visitor(
        9 * DAY - 30,
        ("Jürgen", "Wörner"),
        "j.woerner@woerner.example",
        "030 23125-012",
        "Straßenbau Wörner GmbH",
        Ok(Fate::Throttled),
    ),
    visitor(
        9 * DAY - 300,
        ("דוד", "כהן"),
        "david@cohen.example",
        "03-555-0143",
        "כהן ובניו",
        Ok(Fate::HasPassword),
    ),
    visitor(
        8 * DAY,
        ("Inês", "Carvalho"),
        "ines@atlantico.example",
        "21 555 0191",
        "Atlântico Distribuição",
        Ok(Fate::HasPassword),
    ),
    visitor(
        7 * DAY,
        ("Nguyễn", "Thị Hoa"),
        "hoa@acme.example",
        "020 7946 0114",
        "Acme Ltd",
        Ok(Fate::Approved),
    ),
    visitor(
        6 * DAY,
        ("Test", "Test"),
        "test@test.example",
        "1",
        "asdf",
        Err("Looks like a try-out; the phone does not exist"),
    ),
    visitor(
        6 * DAY - 400,
        ("Oskar", "Lund"),
        "oskar@karlsson-norberg.example",
        "08-505 51 62",
        "Karlsson & Norberg HB",
        Ok(Fate::Approved),
    ),
    visitor(
        5 * DAY,
        ("太郎", "山田"),
        "taro@ito.example",
        "03-5550-1814",
        "有限会社 伊藤",
        Ok(Fate::Resolved),
    ),
    visitor(
        4 * DAY + 100,
        ("Fatima", "El Amrani"),
        "fatima@lefevre.example",
        "01 99 00 12 36",
        "Boulangerie Lefèvre",
        Ok(Fate::Resolved),
    ),
    visitor(
        4 * DAY,
        ("Οδυσσέας", "Παππάς"),
        "odysseas@pappas.example",
        "+30 21 0555 0160",
        "Παππάς Ναυτιλιακή",
        Ok(Fate::New),
    ),
    visitor(
        3 * DAY + 60,
        ("Ліна", "Коваленко"),
        "lina@kovalenko.example",
        "+380 44 555 0133",
        "Коваленко і партнери",
        Ok(Fate::New),
    ),
    visitor(
        3 * DAY,
        ("Peter", "Wörner"),
        "p.woerner@woerner.example",
        "030 23125-013",
        "Strassenbau Wörner",
        Ok(Fate::New),
    ),
    visitor(
        2 * DAY + 500,
        ("ليلى", "حداد"),
        "layla@alnour.example",
        "+971 4 555 0188",
        "شركة النور",
        Ok(Fate::New),
    ),
    visitor(
        2 * DAY + 45,
        ("Karl", "Gustafsson"),
        "karl@karlsson-norberg.example",
        "08-505 51 61",
        "Karlsson och Norberg",
        Ok(Fate::New),
    ),
    visitor(
        2 * DAY,
        ("Marta", "Kozień"),
        "marta@kozien.example",
        "+48 22 555 01 12",
        "PPUH Kozień Sp.k.",
        Ok(Fate::Resolved),
    ),
    visitor(
        DAY + 600,
        ("Sipho", "Dlamini"),
        "sipho@bolt.example",
        "0161 496 0823",
        "Bolt & Daughters plc",
        Ok(Fate::New),
    ),
    visitor(
        DAY + 420,
        ("\u{202e}nimdA", "Portal\u{200b}Team"),
        "admin@portal-team.example",
        "+44 20 7946 0999",
        "Acme\u{202e}dtL",
        Ok(Fate::New),
    ),
    visitor(
        DAY + 60,
        ("Chloé", "Martin"),
        "chloe.martin@example.com",
        "06 39 98 12 01",
        "Boulangerie Lefèvre",
        Ok(Fate::New),
    ),
    visitor(
        22 * HOUR,
        ("민준", "김"),
        "minjun@hanbit.example",
        "+82 2 555 0119",
        "한빛상사",
        Ok(Fate::New),
    ),
    visitor(
        9 * HOUR,
        ("Aoife", "Byrne"),
        "aoife@acme.example",
        "020 7946 0117",
        "ACME Limited",
        Ok(Fate::New),
    ),
    visitor(
        5 * HOUR,
        ("Luís", "Teixeira"),
        "luis@atlantico.example",
        "21 555 0192",
        "Atlântico Distribuição",
        Ok(Fate::New),
    ),
    visitor(
        3 * HOUR,
        ("Jan", "Kowalski"),
        "jan@kozien.example",
        "+48 22 555 01 13",
        "PPUH Kozień Sp.k.",
        Ok(Fate::New),
    ),
    visitor(
        70,
        ("王", "小明"),
        "xiaoming@mingde.example",
        "+86 10 5550 0125",
        "明德贸易有限公司",
        Ok(Fate::New),
    ),
    visitor(
        18,
        ("Grace", "Okafor"),
        "grace@bolt.example",
        "0161 496 0825",
        "Bolt & Daughters plc",
        Ok(Fate::New),
    ),
    visitor(
        2,
        ("Zoë", "O'Brien"),
        "zoe@acme.example",
        "+44 20 7946 0118",
        "Acme Ltd",
        Ok(Fate::New),
    ),
];
