"""What the parts of people's names are known by: titles, suffixes, particles, family names."""

from routing.normalise.text import words

CHINESE = frozenset(
    "王李張张刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢"
    "謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡贾賈丁魏薛"
    "叶葉阎閻余潘杜戴夏钟鍾汪田任姜范方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱"
    "秦江史顾顧侯邵孟龙龍万萬段雷钱錢汤湯尹黎易常武乔喬贺賀赖賴龚龔文"
)
CHINESE_TWO = (
    "欧阳",
    "歐陽",
    "司马",
    "司馬",
    "上官",
    "诸葛",
    "諸葛",
    "夏侯",
    "皇甫",
    "令狐",
    "司徒",
)
JAPANESE = words("""
    佐藤 鈴木 高橋 田中 伊藤 渡辺 渡邊 山本 中村 小林 加藤 吉田 山田 佐々木 山口
    松本 井上 木村 斎藤 斉藤 清水 山崎 阿部 池田 橋本 山下 石川 中島 前田 藤田
    小川 後藤 岡田 長谷川 村上 近藤 石井 坂本 遠藤 青木 藤井 西村 福田 太田 三浦
    岡本 松田 中川 中野 原田 小野 田村 竹内 金子 和田 中山 石田 上田 森田 藤原
    高田 大野 丸山 今井 高木 安藤 武田 村田 上野 杉山 増田 菅原 平野 大塚 千葉
    久保 松井 小島 岩崎 桜井 野口 松尾 木下 菊地 佐野 酒井 工藤 横山 宮崎 宮本
    内田 谷口 柴田 高野 大西 新井 石原 永井 水野 小山 河野 田口
    """)
KOREAN = frozenset(
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차"
    "주우구민류나진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕"
)
KOREAN_TWO = ("남궁", "황보", "제갈", "선우", "독고", "사공", "서문")
TITLES = words("""
    herr herrn frau dr prof professor mag ing dipl di med phil rer nat hc h c mr mrs ms miss mx
    sir dame lord lady rev fr sr sra srta don dona senor senora señor señora mme mlle m monsieur
    madame mademoiselle maitre me sig signor signora sigra dott dottssa dottore avv geom rag ing
    heer mevrouw dhr mevr mw drs ir pan pani inz mgr bay bayan hr fru shri smt sri haji hadji
    capt captain col gen lt maj sgt cdr hon judge pastor father sister brother imam rabbi sheikh
    eng arch ds sa senhor senhora dra""")
SUFFIXES = words("""
    jr sr ii iii iv v md phd mba cpa esq dds dvm rn jd llm llb msc ma ba bsc bs pe cfa pmp cissp
    obe mbe cbe kbe frcs facs dphil edd psyd pharmd do od dc rd lcsw cfp phr sphr ccie mcse csm
    bcom btech meng ing dipling""")
PARTICLES = words("""
    van von vom zu zum zur de del della delle dei di da das do dos du des der den ten ter te la
    le el al bin ibn ben bint abu af av y e i op het 't st""")
VIETNAMESE = words(
    "nguyen tran pham hoang huynh phan vu vo dang bui do ngo duong le ly truong dinh trinh luong"
    " mai ho cao lam"
)
MARKED_VIETNAMESE = words("nguyễn trần phạm hoàng huỳnh vũ võ đặng đỗ bùi ngô dương trương đinh")
SPANISH = words("""
    garcia rodriguez gonzalez fernandez lopez martinez sanchez perez gomez jimenez ruiz hernandez
    diaz moreno munoz alvarez romero navarro torres dominguez vazquez ramos gil ramirez serrano
    blanco molina morales suarez ortega delgado castro ortiz rubio marin sanz iglesias medina
    garrido cortes castillo lozano guerrero cano prieto mendez cruz calvo gallego vidal
    herrera marquez pena flores cabrera campos vega fuentes carrasco diez reyes caballero nieto
    aguilar pascual santana herrero montero lorenzo hidalgo gimenez ibanez ferrer duran santiago
    benitez vargas mora vicente arias carmona crespo roman pastor soto saez velasco moya soler
    parra esteban bravo gallardo rojas quinones carreno mendoza guzman rivera acosta salazar
    contreras chavez juarez espinoza sandoval estrada valdez rios maldonado valencia padilla
    """)
NOISE_WORDS = words(
    "undefined null none nan nil unknown anonymous anonym"
    " test asdf qwerty xxx admin user name nobody no first last full your sales team info support"
    " office contact customer service department marketing the reception accounts"
    " dear sir madam vorname nachname nombre apellido apellidos prenom nom cognome sobrenome"
    " payable receivable desk jkl def n webmaster reply noreply postmaster hostmaster"
    " qwertz uiop helpdesk"
    " firstname lastname surname given family fullname username guest client kunde hello"
)
