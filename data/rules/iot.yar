// SPDX-License-Identifier: Apache-2.0
// Bots of cameras, recorders and routers. What each string is and where it is known from: README.md

rule QS_Mirai_Table
{
	meta:
		author = "Quét Sạch"
		family = "mirai"
		kind = "infected"
		source = "Understanding the Mirai Botnet, USENIX Security, 2017; the source code published in 2016"
		description = "A bot that keeps its words hidden the way the published Mirai does, with any key of one byte"
	strings:
		$listening = "listening tun0" xor(0x01-0xff)
		$report = "REPORT %s:%s" xor(0x01-0xff)
		$leave = "LOLNOGTFO" xor(0x01-0xff)
		$zollard = "zollard" xor(0x01-0xff)
		$address = "GETLOCALIP" xor(0x01-0xff)
		$watchdog = "/dev/misc/watchdog" xor(0x01-0xff)
		$applet = "applet not found" xor(0x01-0xff)
		$query = "TSource Engine Query" xor(0x01-0xff)
	condition:
		uint32(0) == 0x464c457f and filesize < 4MB and 4 of them
}

rule QS_Gafgyt_Commands
{
	meta:
		author = "Quét Sạch"
		family = "gafgyt"
		kind = "infected"
		source = "Attack of Things!, Level 3 Threat Research Labs, 2016; the source code published in 2015"
		description = "A bot that understands the commands of Gafgyt (BASHLITE)"
	strings:
		$leave = "LOLNOGTFO"
		$stop = "KILLATTK"
		$address = "GETLOCALIP"
		$scan = "SCANNER ON | OFF"
		$killed = "None Killed."
		$flood = "HTTP %s Flooding %s:%d for %d seconds"
	condition:
		uint32(0) == 0x464c457f and filesize < 4MB and $leave and 2 of ($stop, $address, $scan, $killed, $flood)
}

rule QS_Mozi_Network
{
	meta:
		author = "Quét Sạch"
		family = "mozi"
		kind = "infected"
		source = "Mozi, Another Botnet Using DHT, 360 Netlab, 2019"
		description = "A program that spreads as Mozi and joins its network through well-known meeting points"
	strings:
		$spread_m = "Mozi.m"
		$spread_a = "Mozi.a"
		$node_1 = "dht.transmissionbt.com"
		$node_2 = "router.bittorrent.com"
		$node_3 = "router.utorrent.com"
		$node_4 = "bttracker.debian.org"
		$start = "S95baby.sh" nocase
	condition:
		uint32(0) == 0x464c457f and filesize < 4MB and 1 of ($spread_*) and
			(2 of ($node_*) or ($start and 1 of ($node_*)))
}

rule QS_Mozi_Start_Script
{
	meta:
		author = "Quét Sạch"
		family = "mozi"
		kind = "infected"
		source = "How to proactively defend against Mozi IoT botnet, Microsoft, 2021"
		description = "The script from which Mozi starts again after a device was switched off"
	strings:
		$shell = "#!/bin/sh"
		$program = /\n\/usr\/network(s|tmp)[ &\r\n]/
		$alternative = /\n\/user\/networktmp[ &\r\n]/
	condition:
		filesize < 4KB and $shell at 0 and 1 of ($program, $alternative)
}

rule QS_RapperBot_Program
{
	meta:
		author = "Quét Sạch"
		family = "rapperbot"
		kind = "infected"
		source = "So RapperBot, What Ya Bruting For?, Fortinet, 2022"
		description = "A bot that guesses SSH passwords and leaves its own key behind"
	strings:
		$hello = "SSH-2.0-HELLOWORLD"
		$key = "AAAAB3NzaC1yc2EAAAADAQABAAACAQC/yU0iqklqw6etPlUon4mZzxslFWq8G8sRyluQMD3i8tpQWT2cX"
		$user = "suhelper"
	condition:
		uint32(0) == 0x464c457f and filesize < 8MB and $hello and 1 of ($key, $user)
}

rule QS_RapperBot_Key
{
	meta:
		author = "Quét Sạch"
		family = "rapperbot"
		kind = "infected"
		source = "So RapperBot, What Ya Bruting For?, Fortinet, 2022"
		description = "A list of keys that may log in, with the key that RapperBot leaves behind"
	strings:
		$key = /(^|\n)ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAACAQC\/yU0iqklqw6etPlUon4mZzxslFWq8G8sRyluQMD3i8tpQWT2cX/
		$name = /== helloworld[\r\n]/
	condition:
		filesize < 256KB and $key and $name
}
