// SPDX-License-Identifier: Apache-2.0
// Bots, worms and viruses of Windows. Most hide their words in packed files: these rules find what is
// in the open, after unpacking or in files they leave behind. Where each is known from: README.md

rule QS_Andromeda_Messages
{
	meta:
		author = "Quét Sạch"
		family = "andromeda"
		kind = "infected"
		source = "Andromeda under the microscope, Avast, 2016; A look at the far side of Andromeda, CERT.pl, 2015"
		description = "A bot that reports itself and its tasks in the words of Andromeda (Gamarue)"
	strings:
		$ask_1 = "id:%lu|bid:%lu|bv:%lu|sv:%lu|pa:%lu|la:%lu|ar:%lu"
		$ask_2 = "id:%lu|bid:%lu|bv:%lu|os:%lu|la:%lu|rg:%lu"
		$ask_3 = "id:%lu|bid:%lu|os:%lu|la:%lu|rg:%lu"
		$ask_4 = "{\"id\":%lu,\"bid\":%lu,\"os\":%lu,\"la\":%lu,\"rg\":%lu"
		$tell_1 = "id:%lu|tid:%lu|res:%lu"
		$tell_2 = "id:%lu|tid:%lu|err:%lu|w32:%lu"
		$tell_3 = "{\"id\":%lu,\"tid\":%lu,\"err\":%lu,\"w32\":%lu}"
	condition:
		uint16(0) == 0x5a4d and filesize < 4MB and 1 of ($ask_*) and 1 of ($tell_*)
}

rule QS_Conficker_First
{
	meta:
		author = "Quét Sạch"
		family = "conficker"
		kind = "infected"
		source = "An Analysis of Conficker's Logic and Rendezvous Points, SRI International, 2009"
		description = "The first Conficker, which fetched a program from one known address"
	strings:
		$host = "trafficconverter.biz"
		$path = "/4vir/antispyware/loadadv.exe"
	condition:
		uint16(0) == 0x5a4d and filesize < 4MB and all of them
}

rule QS_Conficker_Autorun
{
	meta:
		author = "Quét Sạch"
		family = "conficker"
		kind = "infected"
		source = "An Analysis of Conficker's Logic and Rendezvous Points, SRI International, 2009; W32.Downadup, Symantec, 2009"
		description = "The file autorun.inf with which Conficker starts from a USB drive"
	strings:
		$start = /shellexecute\s{0,40}=\s{0,40}rundll32(\.exe)?\s{1,40}\.\\RECYCLER\\S-[0-9\-]{8,80}\\jwgkvsq\.vmx,/ nocase
		$section = "autorun" nocase
	condition:
		filesize < 256KB and uint16(0) != 0x5a4d and $start and $section
}

rule QS_Sality_Names
{
	meta:
		author = "Quét Sạch"
		family = "sality"
		kind = "infected"
		source = "Salted Algorithm, part 1, Fortinet, 2013; Sality: Story of a Peer-to-Peer Viral Network, Symantec, 2011"
		description = "A program with the names by which parts of Sality find each other in memory"
	strings:
		$map_1 = "purity_control_"
		$map_2 = "hh8geqpHJTkdns"
	condition:
		uint16(0) == 0x5a4d and filesize < 16MB and all of them
}

rule QS_Ramnit_Page
{
	meta:
		author = "Quét Sạch"
		family = "ramnit"
		kind = "infected"
		source = "Ramnit Evolution: From Worm to Financial Malware, Seculert, 2011; Virus:VBS/Ramnit, Microsoft"
		description = "A web page to which Ramnit has added a script that writes and starts a program"
	strings:
		$script = "<SCRIPT Language=VBScript>" nocase
		$name = "DropFileName = \"svchost.exe\""
		$program = "WriteData = \"4D5A90000"
		$run = "WSHshell.Run DropPath"
	condition:
		filesize < 8MB and all of them
}

rule QS_Ramnit_Program
{
	meta:
		author = "Quét Sạch"
		family = "ramnit"
		kind = "infected"
		source = "W32.Ramnit analysis, Symantec, 2015"
		description = "A program that marks the machine as Ramnit does and hides in a file DesktopLayer.exe"
	strings:
		$mutex = "KyUffThOkYwRRtgPP"
		$layer = "DesktopLayer.exe"
		$notes = "dmlconf.dat"
		$suffix = "Srv.exe"
	condition:
		uint16(0) == 0x5a4d and filesize < 16MB and $mutex and 1 of ($layer, $notes, $suffix)
}

rule QS_Virut_Page
{
	meta:
		author = "Quét Sạch"
		family = "virut"
		kind = "infected"
		source = "NASK shuts down dangerous Virut botnet domains, CERT Polska, 2013; Review of the Virus.Win32.Virut.ce malware sample, Kaspersky Securelist, 2010"
		description = "A web page to which Virut has added an invisible frame from its own server"
	strings:
		$frame_1 = "<iframe src=\"http://zief.pl/rc/\" width=1 height=1 style=\"border:0\"></iframe>" nocase
		$frame_2 = "<iframe src=\"http://ntkrnlpa.cn/rc/\" width=1 height=1 style=\"border:0\"></iframe>" nocase
		$page = "</body>" nocase
	condition:
		filesize < 8MB and $page and 1 of ($frame_*)
}

rule QS_Virut_Program
{
	meta:
		author = "Quét Sạch"
		family = "virut"
		kind = "infected"
		source = "Virus:Win32/Virut, Microsoft; NASK shuts down dangerous Virut botnet domains, CERT Polska, 2013"
		description = "A program that joins the chat channel of Virut"
	strings:
		$join = "JOIN &virtu"
		$event = "W32_Virtu"
	condition:
		uint16(0) == 0x5a4d and filesize < 16MB and all of them
}

rule QS_Necurs_Driver
{
	meta:
		author = "Quét Sạch"
		family = "necurs"
		kind = "infected"
		source = "The curse of Necurs, Virus Bulletin, 2014; Trojan:Win32/Necurs, Microsoft"
		description = "The part of Necurs that talks to its hidden driver"
	strings:
		$device = "\\\\.\\NtSecureSys" wide
		$name = "syshost" ascii wide nocase
	condition:
		uint16(0) == 0x5a4d and filesize < 4MB and all of them
}

rule QS_Trickbot_Module
{
	meta:
		author = "Quét Sạch"
		family = "trickbot"
		kind = "infected"
		source = "Introducing TrickBot, Dyreza's successor, Malwarebytes, 2016"
		description = "A part of TrickBot that says in its own words how it is to be loaded"
	strings:
		$begin = "<moduleconfig>"
		$need = "<needinfo name=\"id\"/>"
		$end = "</moduleconfig>"
	condition:
		uint16(0) == 0x5a4d and filesize < 16MB and all of them
}

rule QS_njRAT_Words
{
	meta:
		author = "Quét Sạch"
		family = "njrat"
		kind = "infected"
		source = "njRAT Uncovered, Fidelis Cybersecurity, 2013"
		description = "A program that lets itself through the firewall and speaks as njRAT (Bladabindi) does"
	strings:
		$allow = "netsh firewall add allowedprogram \"" wide
		$remove = "netsh firewall delete allowedprogram \"" wide
		$zone = "SEE_MASK_NOZONECHECKS" wide
		$between = "|'|'|" wide
		$delete = "cmd.exe /c ping 0 -n 2 & del \"" wide
		$key = "[TAP]" wide
	condition:
		uint16(0) == 0x5a4d and filesize < 4MB and $allow and $remove and $zone and 1 of ($between, $delete, $key)
}

rule QS_Zeus_Files
{
	meta:
		author = "Quét Sạch"
		family = "zeus"
		kind = "infected"
		source = "Zeus: King of the Bots, Symantec, 2009"
		description = "A program that keeps stolen data in the files of the first Zeus"
	strings:
		$program = "sdra64.exe" ascii wide nocase
		$stolen = "lowsec\\user.ds" ascii wide nocase
		$orders = "lowsec\\local.ds" ascii wide nocase
	condition:
		uint16(0) == 0x5a4d and filesize < 4MB and all of them
}
