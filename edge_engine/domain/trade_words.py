"""Words that say what a business or an office does and not who it is: data, for every port of the engine.

Two merchants that share such words alone are two merchants: ``hotel ibis`` and ``hotel ritz``.
"""

from __future__ import annotations

from typing import Final

_PLACED: Final = """
hotel hotels motel hostel inn auberge pension gasthof gasthaus albergo pousada
restaurant restaurants restaurante ristorante restauracja restaurang ravintola trattoria osteria pizzeria brasserie
bistro bistrot cafe caffe cafeteria kafe bar pub taverna tavern cantina kebab doner
bakery boulangerie patisserie backerei baeckerei konditorei panaderia pasteleria padaria pastelaria panificio
pasticceria piekarnia cukiernia bakkerij butcher boucherie metzgerei fleischerei carniceria macelleria slagerij
pharmacy chemist farmacia farmacias pharmacie apotheke apotek apteka apotheek lekarna drogerie
supermarket supermarche supermercado supermercato supermarkt grocery kiosk tabac estanco tabaccheria
dentist dental zahnarzt zahnarztpraxis dentista dentiste doctor arzt arztpraxis medecin medico clinic clinica klinik
clinique hospital krankenhaus hopital ospedale praxis veterinary tierarzt optician optiker physio physiotherapie
lawyer lawyers attorney solicitor solicitors notary avocat abogado avvocato advogado rechtsanwalt anwalt notaire notar
steuerberater accountant accountants
hairdresser barber salon friseur coiffeur coiffure peluqueria parrucchiere barbearia kapper
garage autohaus werkstatt autowerkstatt taxi taxis parking parkhaus parkplatz tankstelle
gym church kirche parish temple mosque school schule ecole escuela scuola escola college university universitat
universitaet universite universidad universita universidade uni kindergarten kita nursery creche library
museum museo musee theatre theater cinema kino zoo
city town county borough council municipality gemeente gemeinde stadt stadtkasse stadtwerke landkreis kommune mairie
ville commune ayuntamiento comune prefeitura municipio camara urzad kommun police polizei finanzamt rathaus
fc sc bank banco banque banca mr mrs miss mister herr frau monsieur madame senor
senora signor signora
"""
PLACED: Final = frozenset(_PLACED.split())
"""Words that want a place or a name behind them: where nothing else is left, the place is the name (``hotel paris``).
Words that are also names of chains, such as ``market`` or ``express``, are left out: their branches are one."""

_LINKS: Final = """
a al am an and at auf bei by da das de degli dei del della delle der des di die do dos du e el en et for fur fuer
il im in la las le les lo los of och og on pod the to und van vom von y z za zum zur
"""
LINKS: Final = frozenset(_LINKS.split())
"""Words that bind others together."""

# Made of the words of trades in the training lexicon (`models_onnx/training/lexicon`): those that stand in the names
# of three companies of it or more, so that sharing one proves nothing; some are chains' names as well.
_TRADES: Final = """
abbey abc academy accessories accident accountants accounting ace acqua adhd adventure advisors advocate aeroport afc
african after agence agencia agency agua aguas aia air airline airlines airport airways alarm ale ales all allergy ama
ambulance american animal annual apartment ape api apotek apotheek apotheke app apparel appeal appliance appliances
apps apteka aquarium aquatic aquatics arcade archdiocese area arena arms army art arts asia asian assicurazioni
associates association assurance assurances athena athletic atl auctions audi audio audiology auto autocentre autoglas
automobile automotive autopista autopistas autoroute autos autostrade autovermietung aviation baba baby bach backerei
bagel bagels baggage bahn bait baker bakers bakery bakker balloon baptist bar barbecue barbeque barber barbers
barbershop bargain bargains barista barre barrel bath bathroom bathrooms batteries battery baumarkt bazaar bazar bbq
beach beauty bed beds beer before bella bento bet bets betting beverage bhandar bhavan bicycle bicycles bike bikes
bikeshare bilhete bingo bins bio birds biryani biscuit biscuits bistro black blinds blood blow blue bmv bmw board boat
boba bodega body boiler bombay boodschappen book books booksellers bookshop bookstore booster boot bootcamp booze
borough bottle boucherie boulangerie boulder bouldering boutique bowl bowling bowls box boxing boys brake brakes
brandstof brasserie brauhaus brazilian bread breakdown breakfast bredband brew brewers brewery brewhouse brewing brick
bricks bridge british broadband brot brow bubble buffet builder builders building bulk bullion bureau burger burgers
burrito bursar bus buses business butcher butchers butchery cab cable cabs cafe cafeteria caffe cake cakes calor
camera cameras camp camping camps campus cancer candies candle candles candy cannabis canteen cantina car caravan
carburant carburanti card cards care career caribbean carnes carnival carpet carpets cars carshare carsharing carvery
carwash casa cash casino casinos castle casualty cat catering catholic cave cbd cds cell cellar cellars cellular
centre chai chalet charcoal charge chargepoint charging charitable charities charity charter chateau chaussures cheese
chef chemist chemists chez chicken child childcare childrens china chip chips chiropractic chocolate chocolates
christian christmas chronicle church cigar cigars cine cinema cinemas circuit circus city cleaner cleaners cleaning
climbing clinic clinique clips closet clothes clothing cloud club clutch coach coaches coal cobra cocktail coffee
coiffure coin coins colchones cold coliving collection collections college colleges collision combustiveis comedy
comercial comic comics communications community company competitions comptoir computer computers concert concession
coney confiserie consorcio consulta contact controle convenience conveniencia conveyancing cookie cookies copay cork
corner correos cosmetics cottage cottages council country county courier couriers course courses court courts cpa crab
craft crafts creamery creche credit cremation crepes cricket crossfit cruise cruises ctt cup cupcakes curtains custard
custom customs cut cuts cycle cycles daily dairy dance darts data dating day daycare debt decor decorator deep delhi
deli delivery dent dentaire dental dentist dentists dentures department deportes dept dermatology desi design dessert
desserts diagnostics diamond diamonds digital diner dining dinner diocese disco discount dispensaries dispensary
disposal distillery distribution district diy dmv doctor doctors dog dollar domains domestic donation donations doner
donut donuts doughnut doughnuts drain dress drinks drive driver drivers driving drogaria drogerie drop drug drugs dry
dsl dubai dues dumpling duty early eatery eats eau eaux educare education educational egg eggs eiscafe electric
electrical electricite electricity electronic electronics elektronik embassy emergency emirates emporium end energia
energie energies energy english ent enterprise enterprises entertainer equestrian equipment escape eshop espresso
estacion estate european event events everest exam executive express extended eye eyecare eyes eyewear fabric fabrics
falafel family fantasy fare farm farma farmacia farmacias farmers farms fashion fashions fast feed fence fencing
ferries ferry fertility festival fiber fibra fibre filling film financial fine fines fire first fish fishing
fishmonger fishmongers fitness flat flight flights float flood floor flooring floors florist flower flowers flughafen
fly food foodland foods foot football footwear for ford foreign forsikring foto foundation fragrance frankfurt frankie
free freight french fresh fried fries frozen fruit fudge fuel fuels fun fund funeral funeralcare funerals furn
furnishings furniture gaa gala gallery game games gaming garage garden gardens gas gasoline gasolinera gaz gelateria
gelato gem gems general genting german getranke gift gifts girls giving glacier glasfaser glass gold golden golf
gourmet gov government govt grand granite great greek green greyhound grill grille grocer groceries grocers grocery
grooming ground guitar guitars gun guns gutter gym gyms hair haircuts halal hall halle hamburgers hamburguesas hampers
hand handyman happy hardware hat hausnotruf hawaiian hdb head health healthcare hearing heart heat heating helados
herald heritage hifi high hiper hire historic hoa hobbies hobby hockey holiday holidays home homecare homeware honda
honey hong hop hops horse hortifruti hosp hospice hospital hospitals hostel hostels hosting hot hotel hoteles hotels
house housing hsa humane hunting hypermarket hyundai ica ice ikea imaging immigration immo imoveis income independent
india indian indoor infiniti inflight ink inn inns ins insolvency institute insur insurance international internet
irish iron irrigation islamic island istanbul italian itv ivf jaipur jardin java jeans jerky jet jewelers jeweller
jewellers jewellery jewelry jewish jiffy joinery juice jump junior junk justice kaffee kappers karak karting kebab
kebap kedai kerala key keys kia kidney kids kindergarten kings kiosk kitchen kitchens kopitiam korean krankenkasse
krankenversicherung kuchen kura lab laboratory labs ladder lake land lanes laser lash lasik laundry law lawn lawyers
learning leasing legal leisure lenses lettings lexus librairie library libreria licence license licensing life light
lighting linen lingerie liquor liquorland liquors little live livraria lobster local location locker lockers locksmith
locksmiths lodge logement loja lojas long loterias loterie loterij lottery lotto lounge lounges low lpg lube lumber
lunch luz magazine magazines maid maids mail maison make mall malt man management mandarin mandi mandir manor manulife
marble marche marine market marketing marketplace mart mason mass massage master math matratzen mattress maut
mayorista mazda meat meats mechanic med medical medicare medicine medicos membership memorial mens menswear mercado
mercantile meter methodist metrobus meubles mexican micro midas military milk mini ministries ministry mission
mktplace mobel mobile mobilfunk mobility moda mode moebel monorail montessori monthly mortgage mosque motel motor
motorhome motors mountain moveis mover movers movie movies movil moving mowing muebles muffler mumbai municipal musee
museum music mutual mutuelle mvd nail nails nanny national natural netball neuron new news newspaper nhs night
nightclub ninja nisa nissan noodle noodles notary nps nurseries nursery nursing nutrition nuts observer off office oil
olive one online open opera optic optical opticians opticiens optics optik optometrists orchard organic organics
oriental oshc outdoor outdoors outfitters outlet outlets oven oyster pack padaria pago pain paint painting paints
palace pan pancake pancakes pane pantry pao paper parcel parfumerie parish park parkhaus parking parkrun parks parlour
parque partners party passport passports pasteleria pastry pasty pathology patient patisserie pawn pay payroll pcc
peage pension perfect perfume personal pest pet petals petro petrol petroleum pets pfs pharm pharma pharmacie
pharmacies pharmacy pho phone photo photography physical physicians physio piano pick picture pie pier pies pilates
pit pita pizza pizzeria planning plant plants plate play plaza plumbers plumbing poa point pojistovna poke poker
police pollo polytechnic pont pool pools popcorn porsche porto portrait portraits post postage postal poste posto
pottery pound power powersports prepaid presbyterian preschool prescription presse pressing pretzel pretzels primary
prime prince print private prize pro produce professional pronto propane property protein prudential psychology pub
public pud pump pumpkin punjab puppy pure quality quick quincaillerie race racecourse races racing radio radiology
rail railcard railway railways ramen rapid raw real realty rec recarga recharge records recovery recycling red region
regional registered registration rego rehab reisen relais relief removals renta rental rentals renters rescue
residence residencial resident residential resort resorts restaurant restaurante restaurants resto retail retirement
ribs ricarica rice ride ristorante river rmv road roadhouse roadside rock rodizio roof room rooms rooter roti
rotisserie royal rsa rsl rubbish rugby rugs running rural russian safari safety saffron salad sales salon salons
saloon sandwich sandwiches sanitation satellite scan school schools schoolwear schuhe science scooter scooters scout
scouts scripts sea seafood seafoods season seat second security seeds seguro seguros self senior sephora service
services servicing sewer shanghai shave shaving shawarma sheds sheet shelter ship shipping shoe shoes shop shopping
short shree shuttle siam sightseeing silks silver sim simit singapore skate ski skin skincare skip sleep slice slots
slug small smart smile smiles smog smoke smokehouse smokers smoothie snack snow soccer social society sofa sofas soft
software solar solutions southern spa spaghetti specs speed spice spices spirits spoon sport sports sportsbook stable
stacja stadium stadtwerke stamps star state station stationers stationery stationnement steak steakhouse steaks
stiftung stone storage store stores strata stream streaming street strom student students studio sub subaru subs
subscription suites sunglasses super supercenter supercharger superette supermarche supermarket supermarkets
supermarkt supermercado supermercados supermercati supermkt superstore supplements supplies surf surgery sushi
suspension svc svcs sweet sweets swim swimming syndic table tackle taco tacos tag tailor take takeaway taksi tan tank
tankstation tankstelle tanning tap tapas taproom taqueria tavern taverns tax taxi taxis tea team tech telecom
telegraph temple tennis term testing thai the theaters theatre therapy therme thrift ticket tickets tienda tile tiles
timber times tire tires tissus title tobacco toko toll tolls tollway tool tools top topup tortilla tots tour tourism
tours town toy toyota toys tractor trade traders trading traffic train training trains tram trampoline trams transit
transmission transport trash travel treats tree tribune trip trolley tropical truck tuck tuev tuition turkish turnpike
tutor tutoring tutors tuv tvm tyre tyres uni union united univ universidad universite universiteit university urgent
uscis utilities utility vacation vacations vakuutus van vans vape veg vegan vehicle velo vend vending versicherung
verzekeringen vet veterans veterinary vets via viagens viajes video village vineyard vintage virtual visa vision
vitamin vitamins volkswagen volo voyages vpn waffle waffles warehouse warranty wash wasser waste watch water wax
wealth web weed weekly weight wellness western wheel wheels whisky white wholefoods wholesale wifi wild wildlife
window windows windscreens wine winery wines wing wings wireless wirtshaus wof wohnen wok womens wood work workshop
world yard yarn yoga youth zenith zip zoo zum
"""
_IN_OTHER_SCRIPTS: Final = """
аптека кафе ресторан магазин супермаркет продукты отель гостиница пекарня столовая больница стоматология школа
такси аптеки клиника ломбард бар φαρμακειο καφε εστιατοριο ξενοδοχειο αρτοποιειο σουπερμαρκετ ταβερνα
"""  # noqa: RUF001 - other alphabets
TRADES: Final = PLACED | frozenset(_TRADES.split()) | frozenset(_IN_OTHER_SCRIPTS.split())
"""Words of trades and offices, in any language the lexicon knows, without accents."""

_MORE: Final = """
caixa caja credito banka national first new old big great little golden happy super best good
north south east west northern southern eastern western central grand saint san santa mme prof app cash pay
group services service online
direct center centre
"""
COMMON: Final = TRADES | LINKS | frozenset(_MORE.split())
"""These and words that begin the names of many: the brand lists count dozens of companies for each."""

_SENDING: Final = """
venmo|zelle|cash app|cashapp|apple cash|interac|e-transfer|etransfer|e transfer|osko|payid|pay id|payshap|mobilepay
mobile pay|vipps|swish|tikkie|bizum|twint|lydia|wero|pix|blik|wise|transferwise|revolut|monzo|remitly|western union
moneygram|xoom|worldremit|paysend|azimo|taptap send|upi|imps|neft|phonepe|paytm|bhim|mpesa|m-pesa|gcash|friends family
transfer|transfers|trf|tfr|xfer|paid to|sent|sent to|rent to|pay to|payment to|payments to|eft
uberweisung|ueberweisung|dauerauftrag|gutschrift|virement|transferencia|transferencias|bonifico|overboeking
overforing|overforsel|przelew|prevod|tilisiirto|atutalas
atm|abm|cashpoint|cash withdrawal|cash machine|cash advance|withdrawal|wdl|bancomat|bankomat|bankautomat|geldautomat
geldautomaat|geldopname|ga|bargeld|bargeldauszahlung|auszahlung|retrait|retraits|dab|cajero|reintegro|prelievo
prelevamento|saque|levantamento|multibanco|minibank|uttak|wyplata|otto|nosto|kontantuttag|haeveautomat
"""
SENDING: Final = frozenset(phrase for line in _SENDING.strip().splitlines() for phrase in line.split("|"))
"""Words of services that carry money to people, and of cash machines: whom they name, or whether anybody, differs from
line to line, and what is true of one is not of the next."""

_GIVEN: Final = """
aaron adam ahmed alan albert alejandro alessandro alex alexander alexandre ali alice amanda amelie amit amy ana andrea
andreas andrew andrzej angela anita anja anna anne annika anthony antonio arthur barbara beatriz ben benjamin bernd
birgit bob brian bruno camille carla carlos carmen caroline catherine charles charlie chloe chris christian christina
christine christopher claire claudia clara daniel daniela david deborah dennis diana diego dieter dirk dominik donna
edward elena elizabeth ella emily emma enrico eric erik esther eva fatima felix fernando florian francesca francesco
francisco francois frank frederic gabriel george giovanni giulia giuseppe graham grace greg gregory guillaume gustavo
hannah hans harry heike heinz helen helena henrik henry holger ian igor ines ingrid isabel isabelle ivan jack jacob
jacques jakob james jan jane janet jason javier jean jeff jennifer jenny jens jessica jim joan joao joe johan johanna
johannes john jonas jonathan jorge jose joseph joshua juan julia julian julie jurgen juergen karen karin karl
katarzyna
kate katharina katie kevin klaus krzysztof kumar lara lars laura lauren lea lena leon linda lisa lorenzo louis louise
luca lucas lucia lucy luigi luis lukas magdalena malgorzata manuel marc marcel marco marcos margaret maria marie
marina mario marion mark markus marta martin martina mary mateo matteo matthew matthias max maximilian megan melanie
michael michel michelle miguel mike mohamed mohammed monika muhammad natalie nathan nicholas nick nicola nicolas nina
noah nora olaf oliver olivia oscar pablo paola patricia patrick paul paula paulo pawel pedro petra peter philip
philipp philippe pierre piotr priya rachel rafael rahul raj rajesh ralf ramesh raul rebecca ricardo richard robert
roberto roger ronald rosa ruth ryan sabine sally sam samantha samuel sandra sanjay sara sarah sebastian sergio sharon
simon simone sofia sonia sophia sophie stefan stefanie stefano stephan stephanie stephen steve steven sunil suresh
susan susanne sven sylvia tanja teresa thomas tim timothy tom tomas tomasz tony ursula ute uwe valentina vanessa
veronica victor victoria vijay vincent walter wei werner william wolfgang yusuf yvonne
"""
GIVEN: Final = frozenset(_GIVEN.split())
"""Common first names of people: a payee whose name begins so may be a person, and another of that name another one."""
