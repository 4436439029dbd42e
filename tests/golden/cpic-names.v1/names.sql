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

insert into drug(drugid, pharmgkbid, rxnormid, drugbankid, atcid, name) values ('RxNorm:9000005','PA900005','9000005','DB90005','{X02AA02}','o''examplol');
