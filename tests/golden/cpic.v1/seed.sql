-- Invented rows in the form of CPIC's seed scripts; no drug, gene or guideline of this name exists.
COPY drug (drugid, name, pharmgkbid, rxnormid, drugbankid, atcid, version) FROM stdin;
RxNorm:9000001	examplacil	PA900001	9000001	DB90001	{X01AA01,X01AB02}	1
ATC:X01A	example class	PA900002			{X01A}	1
MeSH:C900003	samplimab	PA900003			{""}	1
RxNorm:9000004	testazole	PA900004	9000004	DB90004	{X02AA01}	2
\.

COPY gene (symbol, chr, genesequenceid, proteinsequenceid, chromosequenceid, hgncid, ncbiid, ensemblid, pharmgkbid, version) FROM stdin;
EXG1	chr1	NG_900001	NP_900001	\N	HGNC:900001	9000001	ENSG00000900001	PA910001	2
EX-B2	chr6		NP_900002	\N	HGNC:900002	9000002	ENSG00000900002	PA910002	1
\.

COPY guideline (id, version, name, url, pharmgkbid) FROM stdin;
900100	3	EXG1 and Examplacil	https://example.org/guidelines/exg1-examplacil/	{PA920001,PA920002}
900101	1	EXG1, EX-B2 and example class	https://example.org/guidelines/exg1-class/	{PA920003}
\.


COPY publication (guidelineid, title, authors, journal, month, page, volume, year, pmid, pmcid, doi, version) FROM stdin;
900100	An invented guideline for EXG1 genotype and examplacil dosing	{"Sample Mary V","van Proband R H"}	Journal of invented studies	5	464-7	89	2014	90000001	PMC9000001	10.5555/example.1	2
\N	How invented guidelines come about	{"Muster Kim"}	Journal of invented studies	3			2013	90000002	\N	\N	1
900101	A publication without a number	{"Muster Kim"}	Journal of invented studies	3			2013	\N	\N	\N	1
\.

COPY term (category, term, functionaldef, geneticdef, version) FROM stdin;
Phenotype: invented enzymes	Slow exampliser	Little activity	Two invented alleles	1
\.
COPY allele (geneSymbol, name, definitionId) FROM stdin;
EX-B2	*90:01	9000
\.

update gene set lookupMethod='ALLELE_STATUS' where symbol in ('EX-B2', 'EXG1');
UPDATE drug SET flowchart = 'https://example.org/flow_chart/Examplacil_CDS_Flow_Chart.jpg' WHERE drugid='RxNorm:9000001';
insert into drug(drugid, pharmgkbid, rxnormid, drugbankid, atcid, name) values ('RxNorm:9000005','PA900005','9000005','DB90005','{X02AA02}','o''examplol');
insert into guideline(name, url, pharmgkbid) values ('EXG1 and example pain killers', 'https://example.org/guidelines/pain/', '{PA920004}');
update pair set cpiclevel='A',guidelineid=(select id from guideline where name='EXG1 and example pain killers'),citations='{90000001}' where genesymbol='EXG1' and drugid=(select drug.drugid from drug where name='testazole');
insert into pair(genesymbol, drugid, guidelineid, cpiclevel, citations) select 'EX-B2',d.drugid,g.id,'C','{90000001,90000002}' from drug d, guideline g where d.name = 'o''examplol' and g.name='EXG1 and example pain killers';
drop table drug;
