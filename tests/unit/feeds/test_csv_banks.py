"""Files as the banks of eleven countries write them, with invented rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pytest

from edge_engine.domain.transaction import Account, Balance, Record, Rejected, Status
from edge_engine.feeds.read import read


@dataclass(frozen=True)
class Sample:
    """A file and what a person reading it would say.

    ``rows`` are (day, minor units, words that stand in the description).
    """

    name: str
    text: str
    rows: tuple[tuple[str, int, str], ...]
    currency: str
    account: str = ""
    balances: tuple[tuple[str, int], ...] = ()
    encoding: str = "utf-8"
    rejected: int = 0
    pending: int = 0
    options: dict[str, str] = field(default_factory=dict)


SAMPLES = (
    Sample(
        "Chase card",
        "Transaction Date,Post Date,Description,Category,Type,Amount,Memo\n"
        "01/03/2024,01/05/2024,SQ *BEAN SCENE 415 CA,Food & Drink,Sale,-4.50,\n"
        "01/02/2024,01/03/2024,Payment Thank You-Mobile,,Payment,250.00,\n",
        (("2024-01-05", -450, "BEAN SCENE"), ("2024-01-03", 25000, "Thank You")),
        "USD",
    ),
    Sample(
        "Chase checking, one comma more than headings",
        "Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #\n"
        'DEBIT,01/31/2024,"ORIG CO NAME:POWER CO",-85.20,ACH_DEBIT,914.80,,\n'
        "CREDIT,01/15/2024,PAYROLL ACME,1000.00,ACH_CREDIT,1000.00,,\n",
        (("2024-01-31", -8520, "POWER CO"), ("2024-01-15", 100000, "PAYROLL")),
        "USD",
        balances=(("2024-01-31", 91480), ("2024-01-15", 100000)),
    ),
    Sample(
        "Bank of America with a summary above",
        "Description,,Summary Amt.\n"
        'Beginning balance as of 01/01/2024,,"1,200.00"\n'
        'Total credits,,"500.00"\n'
        'Total debits,,"-50.25"\n'
        'Ending balance as of 01/31/2024,,"1,649.75"\n'
        "\n"
        "Date,Description,Amount,Running Bal.\n"
        '01/01/2024,Beginning balance as of 01/01/2024,,"1,200.00"\n'
        '01/10/2024,"CHECKCARD 0109 TRADER JANE, INC",-50.25,"1,149.75"\n'
        '01/25/2024,ACME PAYROLL,500.00,"1,649.75"\n',
        (("2024-01-10", -5025, "TRADER JANE, INC"), ("2024-01-25", 50000, "ACME")),
        "USD",
        balances=(
            ("2023-12-31", 120000),
            ("2024-01-31", 164975),
            ("2024-01-10", 114975),
            ("2024-01-25", 164975),
        ),
    ),
    Sample(
        "American Express counts charges as positive",
        "Date,Description,Card Member,Account #,Amount\n"
        "01/18/2024,CITY BAKERY NEW YORK NY,J DOE,-11005,12.40\n"
        "01/20/2024,AUTOPAY PAYMENT - THANK YOU,J DOE,-11005,-300.00\n",
        (("2024-01-18", -1240, "CITY BAKERY"), ("2024-01-20", 30000, "AUTOPAY")),
        "USD",
    ),
    Sample(
        "Capital One, debit and credit",
        "Transaction Date,Posted Date,Card No.,Description,Category,Debit,Credit\n"
        "2024-01-14,2024-01-15,1234,GAS N GO,Gas/Automotive,40.10,\n"
        "2024-01-15,2024-01-16,1234,CAPITAL ONE MOBILE PYMT,Payment/Credit,,100.00\n",
        (("2024-01-15", -4010, "GAS N GO"), ("2024-01-16", 10000, "PYMT")),
        "USD",
    ),
    Sample(
        "Citi, negative credits",
        "Status,Date,Description,Debit,Credit\n"
        'Cleared,01/22/2024,"BOOK NOOK",18.20,\n'
        'Cleared,01/23/2024,"ONLINE PAYMENT",,-200.00\n'
        'Pending,01/24/2024,"CORNER DELI",9.00,\n',
        (("2024-01-22", -1820, "BOOK"), ("2024-01-23", 20000, "ONLINE"), ("2024-01-24", -900, "DELI")),
        "USD",
        pending=1,
    ),
    Sample(
        "Discover",
        "Trans. Date,Post Date,Description,Amount,Category\n"
        "02/01/2024,02/02/2024,SUPER GROCER,54.12,Supermarkets\n"
        "02/03/2024,02/03/2024,DIRECTPAY FULL BALANCE,-54.12,Payments and Credits\n",
        (("2024-02-02", -5412, "GROCER"), ("2024-02-03", 5412, "DIRECTPAY")),
        "USD",
    ),
    Sample(
        "Apple Card",
        "Transaction Date,Clearing Date,Description,Merchant,Category,Type,Amount (USD),Purchased By\n"
        "03/01/2024,03/02/2024,CORNER STORE 12 SPRING ST,Corner Store,Grocery,Purchase,7.25,J Doe\n"
        "03/05/2024,03/05/2024,ACH DEPOSIT INTERNET TRANSFER,Ach Deposit,Payment,Payment,-50.00,J Doe\n",
        (("2024-03-02", -725, "CORNER STORE"), ("2024-03-05", 5000, "DEPOSIT")),
        "USD",
    ),
    Sample(
        "Mint export, unsigned with a direction",
        '"Date","Description","Original Description","Amount","Transaction Type","Category","Account Name","Labels","Notes"\n'
        '"1/05/2024","Bean Scene","SQ *BEAN SCENE","4.50","debit","Coffee Shops","Checking 12","",""\n'
        '"1/13/2024","Paycheck","ACME PAYROLL","900.00","credit","Paycheck","Checking 12","",""\n',
        (("2024-01-05", -450, "BEAN SCENE"), ("2024-01-13", 90000, "PAYROLL")),
        "USD",
        account="Checking12",
    ),
    Sample(
        "Wells Fargo, no headings",
        '"01/31/2024","-12.50","*","","PURCHASE AUTHORIZED ON 01/30 NOODLE BAR"\n'
        '"01/30/2024","750.00","*","","ACME PAYROLL"\n',
        (("2024-01-31", -1250, "NOODLE BAR"), ("2024-01-30", 75000, "PAYROLL")),
        "USD",
    ),
    Sample(
        "TD Canada, no headings, debit credit balance",
        "01/05/2024,COFFEE TIME #12,4.25,,995.75\n01/06/2024,PAY ACME,,1000.00,1995.75\n"
        "01/16/2024,HYDRO BILL,95.75,,1900.00\n",
        (("2024-01-05", -425, "COFFEE"), ("2024-01-06", 100000, "PAY"), ("2024-01-16", -9575, "HYDRO")),
        "CAD",
        balances=(("2024-01-05", 99575), ("2024-01-06", 199575), ("2024-01-16", 190000)),
        options={"currency": "CAD"},
    ),
    Sample(
        "RBC",
        '"Account Type","Account Number","Transaction Date","Cheque Number","Description 1","Description 2","CAD$","USD$"\n'
        'Chequing,00012-3456789,1/15/2024,,"MISC PAYMENT","MAPLE GYM",-35.00,,\n'
        'Chequing,00012-3456789,1/31/2024,,"PAYROLL DEPOSIT","ACME",1500.00,,\n',
        (("2024-01-15", -3500, "MAPLE GYM"), ("2024-01-31", 150000, "PAYROLL")),
        "CAD",
        account="00012-3456789",
    ),
    Sample(
        "HSBC UK, no headings",
        '05/01/2024,NORTHGATE BAKERY LEEDS,-3.10\n17/01/2024,ACME LTD SALARY,"2,100.00"\n',
        (("2024-01-05", -310, "BAKERY"), ("2024-01-17", 210000, "SALARY")),
        "GBP",
        options={"currency": "GBP"},
    ),
    Sample(
        "Barclays",
        "Number,Date,Account,Amount,Subcategory,Memo\n"
        "\t ,31/01/2024,20-00-00 12345678,-45.00,Direct Debit,WATER CO       \tREF 991\n"
        "\t ,29/01/2024,20-00-00 12345678,1800.00,Credit,ACME LTD\n",
        (("2024-01-31", -4500, "WATER CO REF 991"), ("2024-01-29", 180000, "ACME")),
        "GBP",
        account="20-00-0012345678",
    ),
    Sample(
        "Lloyds",
        "Transaction Date,Transaction Type,Sort Code,Account Number,Transaction Description,Debit Amount,Credit Amount,Balance\n"
        "31/01/2024,DD,'11-22-33,12345678,CITY COUNCIL,150.00,,850.00\n"
        "30/01/2024,BGC,'11-22-33,12345678,ACME PAY,,1000.00,1000.00\n",
        (("2024-01-31", -15000, "COUNCIL"), ("2024-01-30", 100000, "ACME")),
        "GBP",
        account="12345678",
        balances=(("2024-01-31", 85000), ("2024-01-30", 100000)),
    ),
    Sample(
        "NatWest, value is the amount",
        "Date, Type, Description, Value, Balance, Account Name, Account Number\n\n"
        '05/01/2024,D/D,"\'PHONE CO",-20.00,480.00,"\'MR DOE","\'112233-12345678",\n'
        '15/01/2024,BAC,"\'ACME",500.00,980.00,"\'MR DOE","\'112233-12345678",\n',
        (("2024-01-05", -2000, "PHONE CO"), ("2024-01-15", 50000, "ACME")),
        "GBP",
        options={"currency": "GBP"},
        account="'112233-12345678",
        balances=(("2024-01-05", 48000), ("2024-01-15", 98000)),
    ),
    Sample(
        "Nationwide, pounds in Windows-1252 with lines above",
        '"Account Name:","FlexOne ****12345"\n"Account Balance:","£1234.56"\n"Available Balance: ","£1234.56"\n\n'
        '"Date","Transaction type","Description","Paid out","Paid in","Balance"\n'
        '"05 Jan 2024","Visa purchase","CAFÉ ROUGE","£12.30","","£1234.56"\n'
        '"04 Jan 2024","Bank credit","ACME LTD","","£100.00","£1246.86"\n',
        (("2024-01-05", -1230, "CAFÉ ROUGE"), ("2024-01-04", 10000, "ACME")),
        "GBP",
        account="****12345",
        encoding="cp1252",
        balances=(("2024-01-05", 123456), ("2024-01-04", 124686)),
    ),
    Sample(
        "Monzo",
        "Transaction ID,Date,Time,Type,Name,Emoji,Category,Amount,Currency,Local amount,Local currency,Notes and #tags,"
        "Address,Receipt,Description,Category split,Money Out,Money In\n"
        "tx_0001,05/01/2024,08:12:01,Card payment,Bean Scene,☕,Eating out,-3.40,GBP,-3.95,EUR,,Leeds,,BEAN SCENE LEEDS,,-3.40,\n"
        "tx_0002,06/01/2024,00:10:00,Faster payment,A Friend,,Transfers,20.00,GBP,20.00,GBP,thanks,,,dinner,,,20.00\n",
        (("2024-01-05", -340, "BEAN SCENE LEEDS"), ("2024-01-06", 2000, "dinner")),
        "GBP",
        account="monzo",
    ),
    Sample(
        "Starling",
        "Date,Counter Party,Reference,Type,Amount (GBP),Balance (GBP),Spending Category,Notes\n"
        "05/01/2024,Green Grocer,GREEN GROCER LEEDS,CONTACTLESS,-8.75,91.25,GROCERIES,\n"
        "06/01/2024,Acme Ltd,SALARY,FASTER PAYMENT,1000.00,1091.25,INCOME,\n",
        (("2024-01-05", -875, "GREEN GROCER LEEDS"), ("2024-01-06", 100000, "Acme Ltd SALARY")),
        "GBP",
        balances=(("2024-01-05", 9125), ("2024-01-06", 109125)),
    ),
    Sample(
        "Revolut, fees and rows that did not happen",
        "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance\n"
        "CARD_PAYMENT,Current,2024-01-05 09:00:00,2024-01-06 03:00:00,Tram Ticket,-2.50,0.00,EUR,COMPLETED,97.50\n"
        "TRANSFER,Current,2024-01-07 10:00:00,2024-01-07 10:00:01,To A Friend,-10.00,0.50,EUR,COMPLETED,87.00\n"
        "CARD_PAYMENT,Current,2024-01-08 10:00:00,,Ghost Shop,-5.00,0.00,EUR,REVERTED,\n"
        "CARD_PAYMENT,Current,2024-01-09 10:00:00,,Slow Shop,-6.00,0.00,EUR,PENDING,\n",
        (("2024-01-06", -250, "Tram"), ("2024-01-07", -1050, "Friend"), ("2024-01-09", -600, "Slow")),
        "EUR",
        account="revolut/Current/EUR",
        balances=(("2024-01-06", 9750), ("2024-01-07", 8700)),
        rejected=1,
        pending=1,
    ),
    Sample(
        "Virgin Money card with a flag and a merchant code",
        "Transaction Date,Posting Date,Billing Amount,Merchant,Merchant City,Merchant State,Merchant Zip,Reference Number,"
        "Debit/Credit Flag,SICMCC Code\n"
        "03/01/2024,05/01/2024,14.20,CORNER SHOP,LEEDS,GBR,,111,D,5411\n"
        "08/01/2024,09/01/2024,50.00,PAYMENT RECEIVED,,,,112,C,0000\n",
        (("2024-01-05", -1420, "CORNER SHOP"), ("2024-01-09", 5000, "PAYMENT")),
        "GBP",
    ),
    Sample(
        "DKB with IBAN and balance above",
        '"Girokonto";"DE02120300000000202051"\n"Kontostand vom 15.01.2024:";"1.234,56 €"\n""\n'
        '"Buchungsdatum";"Wertstellung";"Status";"Zahlungspflichtige*r";"Zahlungsempfänger*in";"Verwendungszweck";"Umsatztyp";'
        '"IBAN";"Betrag (€)";"Gläubiger-ID";"Mandatsreferenz";"Kundenreferenz"\n'
        '"15.01.24";"15.01.24";"Gebucht";"Max Muster";"Markthalle Süd";"Einkauf 4711";"Ausgang";"DE75512108001245126199";"-23,40 €";"";"";""\n'
        '"12.01.24";"12.01.24";"Gebucht";"Acme GmbH";"Max Muster";"Gehalt Januar";"Eingang";"DE75512108001245126199";"2.000,00 €";"";"";""\n'
        '"16.01.24";"";"Vorgemerkt";"Max Muster";"Tankstelle West";"";"Ausgang";"";"-40,00 €";"";"";""\n',
        (
            ("2024-01-15", -2340, "Markthalle Süd Einkauf"),
            ("2024-01-12", 200000, "Acme GmbH Gehalt"),
            ("2024-01-16", -4000, "Tankstelle"),
        ),
        "EUR",
        account="DE02120300000000202051",
        balances=(("2024-01-15", 123456),),
        pending=1,
    ),
    Sample(
        "Sparkasse CAMT",
        '"Auftragskonto";"Buchungstag";"Valutadatum";"Buchungstext";"Verwendungszweck";"Glaeubiger ID";"Mandatsreferenz";'
        '"Kundenreferenz (End-to-End)";"Sammlerreferenz";"Lastschrift Ursprungsbetrag";"Auslagenersatz Ruecklastschrift";'
        '"Beguenstigter/Zahlungspflichtiger";"Kontonummer/IBAN";"BIC (SWIFT-Code)";"Betrag";"Waehrung";"Info"\n'
        '"DE02120300000000202051";"30.01.24";"30.01.24";"FOLGELASTSCHRIFT";"Abschlag Strom";"DE98ZZZ";"M1";"";"";"";"";'
        '"Stadtwerke Nord";"DE75512108001245126199";"SOLADEST600";"-78,00";"EUR";"Umsatz gebucht"\n'
        '"DE02120300000000202051";"31.01.24";"31.01.24";"KARTENZAHLUNG";"Danke";"";"";"";"";"";"";'
        '"Bäckerei Krume";"DE75512108001245126199";"SOLADEST600";"-4,20";"EUR";"Umsatz vorgemerkt"\n',
        (("2024-01-30", -7800, "Stadtwerke Nord"), ("2024-01-31", -420, "Krume")),
        "EUR",
        account="DE02120300000000202051",
        encoding="cp1252",
        pending=1,
    ),
    Sample(
        "ING Germany, two currency columns",
        "Umsatzanzeige;Datei erstellt am: 31.01.2024 10:00\n\nIBAN;DE02 1203 0000 0000 2020 51\nKontoname;Girokonto\nBank;ING\n"
        "Kunde;Muster\nZeitraum;01.01.2024 - 31.01.2024\nSaldo;1.000,00;EUR\n\n"
        "Buchung;Valuta;Auftraggeber/Empfänger;Buchungstext;Verwendungszweck;Saldo;Währung;Betrag;Währung\n"
        "31.01.2024;31.01.2024;Kino am Markt;Lastschrift;NR 123;1.000,00;EUR;-12,00;EUR\n"
        "30.01.2024;30.01.2024;Acme GmbH;Gehalt/Rente;Lohn;1.012,00;EUR;1.012,00;EUR\n",
        (("2024-01-31", -1200, "Kino am Markt"), ("2024-01-30", 101200, "Acme")),
        "EUR",
        account="DE02120300000000202051",
        encoding="cp1252",
        balances=(("2024-01-31", 100000), ("2024-01-30", 101200)),
    ),
    Sample(
        "Comdirect",
        '"Umsätze Girokonto";"Zeitraum: 30 Tage";\n"Neuer Kontostand";"500,00 EUR";\n\n'
        '"Buchungstag";"Wertstellung (Valuta)";"Vorgang";"Buchungstext";"Umsatz in EUR";\n'
        '"05.01.2024";"05.01.2024";"Lastschrift / Belastung";"Auftraggeber: Fitness Eins Buchungstext: Beitrag";"-29,90";\n'
        '"03.01.2024";"03.01.2024";"Übertrag / Überweisung";"Auftraggeber: Acme";"1.500,00";\n',
        (("2024-01-05", -2990, "Fitness Eins"), ("2024-01-03", 150000, "Acme")),
        "EUR",
        encoding="cp1252",
    ),
    Sample(
        "N26",
        '"Date","Payee","Account number","Transaction type","Payment reference","Amount (EUR)","Amount (Foreign Currency)",'
        '"Type Foreign Currency","Exchange Rate"\n'
        '"2024-01-05","Café Blau","","MasterCard Payment","","-4.8","-4.8","EUR","1.0"\n'
        '"2024-01-08","Anna Beispiel","DE75512108001245126199","Income","Danke","15.0","","",""\n',
        (("2024-01-05", -480, "Café Blau"), ("2024-01-08", 1500, "Anna Beispiel Danke")),
        "EUR",
        account="n26",
    ),
    Sample(
        "UBS Switzerland, lines above and three texts",
        "Kontonummer:;0123 00456789.01;\nIBAN:;CH93 0076 2011 6238 5295 7;\nVon:;2024-01-01;\nBewertet in:;CHF;\n\n"
        "Abschlussdatum;Abschlusszeit;Buchungsdatum;Valutadatum;Währung;Belastung;Gutschrift;Einzelbetrag;Saldo;"
        "Transaktions-Nr.;Beschreibung1;Beschreibung2;Beschreibung3;Fussnoten\n"
        "2024-01-05;10:00:00;2024-01-05;2024-01-05;CHF;-45.00;;;1'955.00;TX1;Bahnhofbuffet;Zahlung Debitkarte;;\n"
        "2024-01-04;10:00:00;2024-01-04;2024-01-04;CHF;;2'000.00;;2'000.00;TX2;Acme AG;Salaer;;\n",
        (("2024-01-05", -4500, "Bahnhofbuffet"), ("2024-01-04", 200000, "Acme AG")),
        "CHF",
        account="CH9300762011623852957",
        balances=(("2024-01-05", 195500), ("2024-01-04", 200000)),
    ),
    Sample(
        "ING Netherlands",
        '"Datum","Naam / Omschrijving","Rekening","Tegenrekening","Code","Af Bij","Bedrag (EUR)","Mutatiesoort","Mededelingen"\n'
        '"20240115","Bakker Jansen","NL02ABNA0123456789","","BA","Af","6,35","Betaalautomaat","Pasvolgnr: 001"\n'
        '"20240114","Acme BV","NL02ABNA0123456789","NL91ABNA0417164300","OV","Bij","1.250,00","Overschrijving","Salaris"\n',
        (("2024-01-15", -635, "Bakker Jansen"), ("2024-01-14", 125000, "Acme BV")),
        "EUR",
        account="NL02ABNA0123456789",
    ),
    Sample(
        "Rabobank",
        '"IBAN/BBAN","Munt","BIC","Volgnr","Datum","Rentedatum","Bedrag","Saldo na trn","Tegenrekening IBAN/BBAN",'
        '"Naam tegenpartij","Naam uiteindelijke partij","Naam initiërende partij","BIC tegenpartij","Code","Batch ID",'
        '"Transactiereferentie","Machtigingskenmerk","Incassant ID","Betalingskenmerk","Omschrijving-1","Omschrijving-2",'
        '"Omschrijving-3","Reden retour","Oorspr bedrag","Oorspr munt","Koers"\n'
        '"NL02RABO0123456789","EUR","RABONL2U","000000000000000001","2024-01-05","2024-01-05","-17,90","+482,10",'
        '"NL91ABNA0417164300","Sportclub","","","ABNANL2A","ei","","","","","","Contributie"," januari","","","","",""\n'
        '"NL02RABO0123456789","EUR","RABONL2U","000000000000000002","2024-01-08","2024-01-08","+100,00","+582,10",'
        '"NL91ABNA0417164300","J de Vries","","","ABNANL2A","cb","","","","","","Terug","","","","","",""\n',
        (("2024-01-05", -1790, "Sportclub Contributie januari"), ("2024-01-08", 10000, "J de Vries Terug")),
        "EUR",
        account="NL02RABO0123456789",
        encoding="cp1252",
        balances=(("2024-01-05", 48210), ("2024-01-08", 58210)),
    ),
    Sample(
        "ABN AMRO, tabs and no headings",
        "123456789\tEUR\t20240105\t1000,00\t987,50\t20240105\t-12,50\tBEA   NR:AB123 05.01.24/12.00 Snackbar Piet,PAS123\n"
        "123456789\tEUR\t20240106\t987,50\t2987,50\t20240106\t2000,00\tSEPA Overboeking Naam: Acme\n",
        (("2024-01-05", -1250, "Snackbar Piet"), ("2024-01-06", 200000, "Acme")),
        "EUR",
        balances=(("2024-01-05", 98750), ("2024-01-06", 298750)),
    ),
    Sample(
        "Crédit Agricole, lines above",
        "Téléchargement du 31/01/2024;\n\nCompte de dépôt carte n° 12345678901;\nSolde au 31/01/2024 1 000,00 €\n\n"
        "Date;Libellé;Débit euros;Crédit euros;\n"
        '31/01/2024;"PAIEMENT PAR CARTE\nX1234 BOULANGERIE DU PORT";12,30;;\n'
        '30/01/2024;"VIREMENT EN VOTRE FAVEUR\nACME SA";;1 500,00;\n',
        (("2024-01-31", -1230, "PAIEMENT PAR CARTE X1234 BOULANGERIE"), ("2024-01-30", 150000, "ACME SA")),
        "EUR",
        encoding="cp1252",
    ),
    Sample(
        "Boursorama",
        "dateOp;dateVal;label;category;categoryParent;supplierFound;amount;comment;accountNum;accountLabel;accountbalance\n"
        '2024-01-05;2024-01-05;"CARTE 04/01/24 FROMAGERIE";Alimentation;"Vie quotidienne";fromagerie;-15,20;;00040123456;BoursoBank;984,80\n'
        '2024-01-03;2024-01-03;"VIR ACME";Salaire;Revenus;acme;"1 000,00";;00040123456;BoursoBank;984,80\n',
        (("2024-01-05", -1520, "FROMAGERIE"), ("2024-01-03", 100000, "ACME")),
        "EUR",
        account="00040123456",
        balances=(("2024-01-05", 98480), ("2024-01-03", 98480)),
    ),
    Sample(
        "Santander Spain",
        "FECHA OPERACIÓN;FECHA VALOR;CONCEPTO;IMPORTE EUR;SALDO\n"
        "05/01/2024;05/01/2024;COMPRA PANADERIA SOL;-2,40;997,60\n"
        "15/01/2024;15/01/2024;NOMINA ACME;1.400,00;2.397,60\n",
        (("2024-01-05", -240, "PANADERIA"), ("2024-01-15", 140000, "NOMINA")),
        "EUR",
        encoding="cp1252",
        balances=(("2024-01-05", 99760), ("2024-01-15", 239760)),
    ),
    Sample(
        "Fineco",
        "Data;Entrate;Uscite;Descrizione;Descrizione_Completa;Stato\n"
        "05/01/2024;;-34,50;Pagamento Visa Debit;Libreria Dante Milano;Contabilizzato\n"
        "27/01/2024;1.800,00;;Bonifico;Acme Srl stipendio;Contabilizzato\n",
        (("2024-01-05", -3450, "Libreria"), ("2024-01-27", 180000, "Acme Srl")),
        "EUR",
    ),
    Sample(
        "CGD Portugal",
        "Consultar saldos e movimentos à ordem - 31-01-2024\nConta ;0123456789012 - EUR - Conta\n\n"
        "Data mov. ;Data valor ;Descrição ;Débito ;Crédito ;Saldo contabilístico ;Saldo disponível ;Categoria ;\n"
        "05-01-2024;05-01-2024;COMPRA PADARIA;3,20;;996,80;996,80;Alimentação;\n"
        "25-01-2024;25-01-2024;ORDENADO;;1.000,00;1.996,80;1.996,80;Outros;\n",
        (("2024-01-05", -320, "PADARIA"), ("2024-01-25", 100000, "ORDENADO")),
        "EUR",
        account="0123456789012",
        encoding="cp1252",
        balances=(("2024-01-05", 99680), ("2024-01-25", 199680)),
        options={"currency": "EUR"},
    ),
    Sample(
        "Nubank card counts purchases as positive",
        "date,title,amount\n2024-01-05,Padaria Central,18.90\n2024-01-10,Pagamento recebido,-500.00\n",
        (("2024-01-05", -1890, "Padaria"), ("2024-01-10", 50000, "Pagamento")),
        "BRL",
        account="nubank-card",
    ),
    Sample(
        "Nubank account",
        "Data,Valor,Identificador,Descrição\n"
        "05/01/2024,-45.00,65a1-1,Transferência enviada pelo Pix - Loja\n"
        "06/01/2024,300.00,65a1-2,Transferência recebida\n",
        (("2024-01-05", -4500, "Loja"), ("2024-01-06", 30000, "recebida")),
        "BRL",
        account="nubank",
    ),
    Sample(
        "mBank, hash marks and Windows-1250",
        "mBank S.A.;\n#Klient;\nJAN PRZYKŁAD;\n\n#Data operacji;#Opis operacji;#Rachunek;#Kategoria;#Kwota;\n"
        '2024-01-05;"PIEKARNIA ŻYTNIA ŁÓDŹ";"eKonto 1111";"Żywność";-12,40 PLN;;\n'
        '2024-01-10;"PRZELEW WYNAGRODZENIE złoty";"eKonto 1111";"Wpływy";5 000,00 PLN;;\n',
        (("2024-01-05", -1240, "ŻYTNIA ŁÓDŹ"), ("2024-01-10", 500000, "WYNAGRODZENIE")),
        "PLN",
        account="eKonto1111",
        encoding="cp1250",
    ),
    Sample(
        "PKO BP",
        '"Data operacji","Data waluty","Typ transakcji","Kwota","Waluta","Saldo po transakcji","Opis transakcji","","",""\n'
        '"2024-01-05","2024-01-04","Płatność kartą","-31.20","PLN","+968.80","Tytuł: 0102030","Lokalizacja: KIOSK","",""\n'
        '"2024-01-03","2024-01-03","Przelew na konto","+1000.00","PLN","+1000.00","Nadawca: ACME","","",""\n',
        (("2024-01-05", -3120, "Tytuł"), ("2024-01-03", 100000, "ACME")),
        "PLN",
        encoding="cp1250",
        balances=(("2024-01-05", 96880), ("2024-01-03", 100000)),
    ),
    Sample(
        "Swedbank, a line above",
        "* Transaktioner Period 2024-01-01 – 2024-01-31\n"
        "Radnummer,Clearingnummer,Kontonummer,Produkt,Valuta,Bokföringsdag,Transaktionsdag,Valutadag,Referens,Beskrivning,"
        "Belopp,Bokfört saldo\n"
        '1,81059,1234567890,"Privatkonto","SEK",2024-01-08,2024-01-05,2024-01-08,"KAFFEBAR","KAFFEBAR SÖDER",-45.00,955.00\n'
        '2,81059,1234567890,"Privatkonto","SEK",2024-01-05,2024-01-05,2024-01-05,"LÖN","ACME AB",1000.00,1000.00\n',
        (("2024-01-08", -4500, "KAFFEBAR SÖDER"), ("2024-01-05", 100000, "ACME AB")),
        "SEK",
        account="1234567890",
        encoding="cp1252",
        balances=(("2024-01-08", 95500), ("2024-01-05", 100000)),
    ),
    Sample(
        "DNB Norway",
        '"Dato";"Forklaring";"Rentedato";"Ut fra konto";"Inn på konto"\n'
        '"05.01.2024";"Varekjøp Kiwi 512";"05.01.2024";"312,50";""\n'
        '"12.01.2024";"Lønn Acme";"12.01.2024";"";"28 000,00"\n',
        (("2024-01-05", -31250, "Kiwi"), ("2024-01-12", 2800000, "Acme")),
        "NOK",
        options={"currency": "NOK"},
    ),
    Sample(
        "OP Finland",
        '"Kirjauspäivä";"Arvopäivä";"Määrä EUROA";"Laji";"Selitys";"Saaja/Maksaja";"Viite";"Viesti";"Arkistointitunnus"\n'
        '"2024-01-05";"2024-01-05";-7,90;"162";"PKORTTIMAKSU";"KAHVILA TAKU";"";"Viesti";"20240105/1"\n'
        '"2024-01-15";"2024-01-15";2000,00;"588";"PALKKA";"ACME OY";"";"";"20240115/2"\n',
        (("2024-01-05", -790, "KAHVILA TAKU"), ("2024-01-15", 200000, "ACME OY")),
        "EUR",
    ),
    Sample(
        "Fio",
        '"accountId";"2000000001"\n"currency";"CZK"\n"iban";"CZ6508000000192000145399"\n\n'
        '"ID operace";"Datum";"Objem";"Měna";"Protiúčet";"Název protiúčtu";"Zpráva pro příjemce";"Typ"\n'
        '"26001";"05.01.2024";"-149,00";"CZK";"";"Pekárna U Lípy";"Nákup: PEKARNA";"Platba kartou"\n'
        '"26002";"10.01.2024";"25000,00";"CZK";"19-2000145399";"Acme";"Mzda";"Příjem"\n',
        (("2024-01-05", -14900, "Pekárna U Lípy"), ("2024-01-10", 2500000, "Acme")),
        "CZK",
        account="CZ6508000000192000145399",
    ),
    Sample(
        "ANZ New Zealand",
        "Type,Details,Particulars,Code,Reference,Amount,Date,ForeignCurrencyAmount,ConversionCharge\n"
        "Visa Purchase,4835-****-****-1234  Df,Snapper,,240105123456,-20.00,05/01/2024,,\n"
        "Direct Credit,Acme Ltd,Wages,,,900.00,17/01/2024,,\n",
        (("2024-01-05", -2000, "Snapper"), ("2024-01-17", 90000, "Acme")),
        "NZD",
    ),
    Sample(
        "ASB with lines above",
        "Created date / time : 31 January 2024 / 10:00:00\nBank 12; Branch 3456; Account 0789012-50 (Streamline)\n"
        "From date 20240101\nTo date 20240131\nAvail Bal : 500.00 as of 20240130\nLedger Balance : 500.00 as of 20240131\n"
        "Date,Unique Id,Tran Type,Cheque Number,Payee,Memo,Amount\n\n"
        '2024/01/05,2024010501,EFTPOS,,"DAIRY ON MAIN","CARD 1234",-6.50\n'
        '2024/01/12,2024011201,D/C,,"ACME","Wages",800.00\n',
        (("2024-01-05", -650, "DAIRY ON MAIN"), ("2024-01-12", 80000, "ACME")),
        "NZD",
    ),
    Sample(
        "Kiwibank, three amounts",
        "Account number,Date,Memo/Description,Source Code (payment type),TP ref,TP part,TP code,OP ref,OP part,OP code,OP name,"
        "OP Bank Account Number,Amount (credit),Amount (debit),Amount,Balance\n"
        "38-9000-0123456-00,05-01-2024,POS W/D FISH SHOP-12:30,,,,,,,,,,,14.50,-14.50,485.50\n"
        "38-9000-0123456-00,19-01-2024,DIRECT CREDIT ACME,,,,,,,,Acme,,700.00,,700.00,1185.50\n",
        (("2024-01-05", -1450, "FISH SHOP"), ("2024-01-19", 70000, "ACME")),
        "NZD",
        account="38-9000-0123456-00",
        balances=(("2024-01-05", 48550), ("2024-01-19", 118550)),
    ),
    Sample(
        "Commonwealth Bank, no headings, balance proven by arithmetic",
        '05/01/2024,"-4.80","FLAT WHITE CO SYDNEY","+1195.20"\n04/01/2024,"+1200.00","ACME SALARY","+1200.00"\n',
        (("2024-01-05", -480, "FLAT WHITE"), ("2024-01-04", 120000, "ACME")),
        "AUD",
        options={"currency": "AUD"},
        balances=(("2024-01-05", 119520), ("2024-01-04", 120000)),
    ),
    Sample(
        "Westpac",
        "Bank Account,Date,Narrative,Debit Amount,Credit Amount,Balance,Categories,Serial\n"
        "732000123456,05/01/2024,EFTPOS SURF SHOP,55.00,,945.00,PAYMENT,\n"
        "732000123456,02/01/2024,DEPOSIT ACME,,1000.00,1000.00,DEP,\n",
        (("2024-01-05", -5500, "SURF SHOP"), ("2024-01-02", 100000, "ACME")),
        "AUD",
        account="732000123456",
        balances=(("2024-01-05", 94500), ("2024-01-02", 100000)),
    ),
    Sample(
        "FNB South Africa",
        '5,"Account Number:",62012345678\nName:, A, Person\nAccount:, 62012345678, [FNB EASY]\nBalance:, 1500.00, 1500.00\n\n'
        "Date, Amount, Balance, Description\n"
        '2024/01/05, -120.50, 1379.50, "POS Purchase KOFFIE HUIS"\n'
        '2024/01/25, 9000.00, 10379.50, "SALARY ACME"\n',
        (("2024-01-05", -12050, "KOFFIE"), ("2024-01-25", 900000, "SALARY")),
        "ZAR",
        account="62012345678",
        options={"currency": "ZAR"},
        balances=(("2024-01-05", 137950), ("2024-01-25", 1037950)),
    ),
    Sample(
        "Capitec, fee beside the amount",
        "Nr,Account,Posting Date,Transaction Date,Description,Original Description,Parent Category,Category,Money In,Money Out,Fee,Balance\n"
        "1,1234567890,2024-01-05,2024-01-04,Spaza,SPAZA SHOP SOWETO,Food,Groceries,,-55.00,-1.50,943.50\n"
        "2,1234567890,2024-01-25,2024-01-25,Salary,ACME PAY,Income,Salary,5000.00,,,5943.50\n",
        (("2024-01-05", -5650, "SPAZA"), ("2024-01-25", 500000, "ACME")),
        "ZAR",
        account="1234567890",
        balances=(("2024-01-05", 94350), ("2024-01-25", 594350)),
    ),
    Sample(
        "HDFC, two-digit years",
        "\n  Date     ,Narration                ,Value Dat,Debit Amount       ,Credit Amount      ,Chq/Ref Number   ,Closing Balance\n"
        "  05/01/24,UPI-CHAI POINT-PAY@BANK ,05/01/24 ,        40.00      ,        0.00       ,0000400512345678 ,      9960.00\n"
        "  31/01/24,SALARY ACME             ,31/01/24 ,        0.00       ,     50000.00      ,0000400512345679 ,     59960.00\n",
        (("2024-01-05", -4000, "CHAI POINT"), ("2024-01-31", 5000000, "SALARY")),
        "INR",
        balances=(("2024-01-05", 996000), ("2024-01-31", 5996000)),
    ),
    Sample(
        "State Bank of India, tabs and lakh grouping",
        "Account Name\t:Mr Example\nAccount Number\t:_00000012345678901\n\n"
        "Txn Date\tValue Date\tDescription\tRef No./Cheque No.\tDebit\tCredit\tBalance\n"
        '5 Jan 2024\t5 Jan 2024\tTO TRANSFER-UPI KIRANA\t1234\t"1,250.00"\t \t"1,23,750.00"\n'
        '31 Jan 2024\t31 Jan 2024\tBY TRANSFER ACME\t1235\t \t"1,00,000.00"\t"2,23,750.00"\n',
        (("2024-01-05", -125000, "KIRANA"), ("2024-01-31", 10000000, "ACME")),
        "INR",
        account="00000012345678901",
        balances=(("2024-01-05", 12375000), ("2024-01-31", 22375000)),
    ),
    Sample(
        "Kotak, one amount with Dr / Cr beside it, twice",
        "Sl. No.,Date,Description,Chq / Ref number,Amount,Dr / Cr,Balance,Dr / Cr\n"
        '1,05/01/2024,UPI/DOSA CORNER,UPI-1,120.00,DR,"4,880.00",CR\n2,15/01/2024,NEFT ACME,N-2,"10,000.00",CR,"14,880.00",CR\n',
        (("2024-01-05", -12000, "DOSA"), ("2024-01-15", 1000000, "NEFT")),
        "INR",
        options={"currency": "INR"},
        balances=(("2024-01-05", 488000), ("2024-01-15", 1488000)),
    ),
    Sample(
        "PayPal, net of fees",
        '"Date","Time","TimeZone","Name","Type","Status","Currency","Gross","Fee","Net","From Email Address","Balance"\n'
        '"15/01/2024","10:00:00","GMT","Print Shop","Payment","Completed","GBP","-12.00","0.00","-12.00","me@example.org","88.00"\n'
        '"16/01/2024","11:00:00","GMT","A Buyer","Payment","Completed","GBP","50.00","-2.00","48.00","b@example.org","136.00"\n',
        (("2024-01-15", -1200, "Print Shop"), ("2024-01-16", 4800, "A Buyer")),
        "GBP",
        balances=(("2024-01-15", 8800), ("2024-01-16", 13600)),
    ),
    Sample(
        "YNAB style outflow and inflow",
        "Date,Payee,Category,Memo,Outflow,Inflow\n"
        "2024-01-05,Corner Shop,Food,,£4.00,£0.00\n2024-01-20,Acme,Income,pay,£0.00,£900.00\n",
        (("2024-01-05", -400, "Corner Shop"), ("2024-01-20", 90000, "Acme pay")),
        "GBP",
    ),
    Sample(
        "a spreadsheet in UTF-16 with tabs",
        "Date\tDescription\tAmount\n2024-01-05\tÉpicerie\t-4,00 €\n2024-01-20\tAcme\t1.900,00 €\n",
        (("2024-01-05", -400, "Épicerie"), ("2024-01-20", 190000, "Acme")),
        "EUR",
        encoding="utf-16",
    ),
    Sample(
        "a day and an amount are enough",
        "2024-01-05;-3,50\n2024-01-06;1000,00\n",
        (("2024-01-05", -350, ""), ("2024-01-06", 100000, "")),
        "XXX",
        account="csv",
    ),
    Sample(
        "headings of a language nobody listed",
        "Dátum;Összeg;Közlemény\n2024.01.05;-1200,00;Pékség\n2024.01.20;350000,00;Munkabér\n",
        (("2024-01-05", -120000, "Pékség"), ("2024-01-20", 35000000, "Munkabér")),
        "HUF",
        options={"currency": "HUF"},
    ),
)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_bank_file_is_read_as_a_person_reads_it(sample: Sample) -> None:
    feed = read(sample.text.encode(sample.encoding), **sample.options)
    items = list(feed.items)
    assert feed.format == "csv"
    records = [item for item in items if isinstance(item, Record)]
    assert [(str(r.booked), r.amount.minor) for r in records] == [
        (day, minor) for day, minor, _ in sample.rows
    ]
    for record, (_, _, words) in zip(records, sample.rows, strict=True):
        assert words in record.description
        assert record.amount.currency == sample.currency
        assert record.row > 0
    assert sum(isinstance(item, Rejected) for item in items) == sample.rejected
    assert sum(r.status is Status.PENDING for r in records) == sample.pending
    balances = [(str(item.day), item.amount.minor) for item in items if isinstance(item, Balance)]
    assert sorted(balances) == sorted(sample.balances)
    accounts = [item for item in items if isinstance(item, Account)]
    assert len(accounts) == 1
    assert all(record.account == accounts[0].key for record in records)
    if sample.account:
        assert accounts[0].key == sample.account
