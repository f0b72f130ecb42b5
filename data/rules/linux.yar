// SPDX-License-Identifier: Apache-2.0
// Bots and miners of Linux servers. What each string is and where it is known from: README.md

rule QS_XorDDoS_Program
{
	meta:
		author = "Quét Sạch"
		family = "xorddos"
		kind = "infected"
		source = "XOR DDoS Threat Advisory, Akamai, 2015; Linux DDoS Trojan hiding itself with an embedded rootkit, Avast, 2015"
		description = "A bot that hides its words with the key of XorDDoS and starts itself every three minutes"
	strings:
		$key = "BB2FA36AAA9541F0"
		$start = "/etc/cron.hourly/gcc.sh"
		$start_old = "/etc/cron.hourly/cron.sh"
		$copy = "cp /lib/libudev.so /lib/libudev.so.6"
		$device = "/proc/rs_dev"
		$hide = "HidePidPort"
		$service = "DelService_form_pid"
	condition:
		uint32(0) == 0x464c457f and filesize < 4MB and $key and 2 of ($start, $start_old, $copy, $device, $hide, $service)
}

rule QS_XorDDoS_Start_Script
{
	meta:
		author = "Quét Sạch"
		family = "xorddos"
		kind = "infected"
		source = "Linux DDoS Trojan hiding itself with an embedded rootkit, Avast, 2015"
		description = "The script that starts XorDDoS again every three minutes"
	strings:
		$shell = "#!/bin/sh"
		$interfaces = "do ifconfig $i up& done"
		$copy = "cp /lib/libudev.so /lib/libudev.so.6"
		$run = /\n\/lib\/libudev\.so\.6[\r\n]/
	condition:
		filesize < 4KB and $shell at 0 and $interfaces and $copy and $run
}

rule QS_XorDDoS_Crontab
{
	meta:
		author = "Quét Sạch"
		family = "xorddos"
		kind = "infected"
		source = "Linux DDoS Trojan hiding itself with an embedded rootkit, Avast, 2015"
		description = "A table of timed tasks with the line from which XorDDoS starts"
	strings:
		$shell = /(^|\n)SHELL=/
		$task = /\n\*\/3 \* \* \* \* root \/etc\/cron\.hourly\/(gcc|cron|udev)\.sh/
	condition:
		filesize < 64KB and $shell and $task
}

rule QS_Tsunami_Commands
{
	meta:
		author = "Quét Sạch"
		family = "tsunami"
		kind = "infected"
		source = "kaiten.c, source code published at Packet Storm, 2001; Malpedia elf.tsunami"
		description = "A bot that answers in IRC as Tsunami (Kaiten) does"
	strings:
		$tsunami = "NOTICE %s :TSUNAMI <target> <secs>"
		$pan = "NOTICE %s :PAN <target> <port> <secs>"
		$unknown = "NOTICE %s :UNKNOWN <target> <secs>"
		$version = "NOTICE %s :Kaiten wa goraku"
		$heading = "NOTICE %s :Tsunami heading for %s."
		$resolve = "NOTICE %s :I'm having a problem resolving my host"
	condition:
		uint32(0) == 0x464c457f and filesize < 8MB and 2 of them
}

rule QS_BillGates_Program
{
	meta:
		author = "Quét Sạch"
		family = "billgates"
		kind = "infected"
		source = "Versatile DDoS Trojan for Linux, Kaspersky Securelist, 2014; BillGates Malware Threat Advisory, Akamai, 2016"
		description = "A bot that keeps its notes and copies where BillGates (Elknot) does"
	strings:
		$gates = "/tmp/gates.lod"
		$moni = "/tmp/moni.lod"
		$service = "DbSecuritySpt"
		$port = "/usr/bin/bsd-port"
		$tools = "/usr/bin/dpkgd"
	condition:
		uint32(0) == 0x464c457f and filesize < 8MB and 3 of them
}

rule QS_Kinsing_Crontab
{
	meta:
		author = "Quét Sạch"
		family = "kinsing"
		kind = "infected"
		source = "Threat Alert: Kinsing Malware Attacks Targeting Container Environments, Aqua Security, 2020"
		description = "A table of timed tasks with the line that fetches Kinsing every minute"
	strings:
		$fetch = /(^|\n)\* \* \* \* \* (wget -q -O -|curl( -[a-zA-Z]{1,8})?) https?:\/\/[0-9.:]{7,21}\//
		$run = /\/(unk|d)\.sh \| (ba)?sh > \/dev\/null 2>&1/
	condition:
		filesize < 16KB and all of them
}

rule QS_Kinsing_Program
{
	meta:
		author = "Quét Sạch"
		family = "kinsing"
		kind = "infected"
		source = "Threat Alert: Kinsing Malware Attacks Targeting Container Environments, Aqua Security, 2020"
		description = "A program in Go that starts the hidden miner kdevtmpfsi and looks for more servers"
	strings:
		$go = "Go build ID"
		$miner = "kdevtmpfsi"
		$scan = "masscan"
		$redis = "redisBrute"
		$spread = "spre.sh"
	condition:
		uint32(0) == 0x464c457f and filesize < 32MB and $go and $miner and 1 of ($scan, $redis, $spread)
}

rule QS_Sysrv_Windows_Script
{
	meta:
		author = "Quét Sạch"
		family = "sysrv"
		kind = "infected"
		source = "Sysrv-Hello Expands Infrastructure, Lacework, 2021; Sysrv Botnet Expands and Gains Persistence, Juniper Threat Labs, 2021"
		description = "The script that brings Sysrv and its miner onto a Windows server"
	strings:
		$firewall = "netsh advfirewall set allprofiles state off"
		$old = "kthreaddi"
		$self = "sysrv"
		$name = "Get-Random -Count (Get-Random"
		$task = "/tn \"BrowserUpdate\""
	condition:
		filesize < 64KB and all of them
}

rule QS_Perfctl_Crontab
{
	meta:
		author = "Quét Sạch"
		family = "perfctl"
		kind = "infected"
		source = "perfctl: A Stealthy Malware Targeting Millions of Linux Servers, Aqua Security, 2024"
		description = "A table of timed tasks with the line from which perfctl starts every hour"
	strings:
		$task = /(^|\n)[0-9]{1,2} \* \* \* \* (root )?\/[a-z\/]{1,64}\/\.config\/cron\/perfcc[ \r\n]/
	condition:
		filesize < 16KB and $task
}

rule QS_Perfctl_Program
{
	meta:
		author = "Quét Sạch"
		family = "perfctl"
		kind = "infected"
		source = "perfctl: A Stealthy Malware Targeting Millions of Linux Servers, Aqua Security, 2024; Perfctl using portainer and new persistences, ExaTrack"
		description = "A program that knows the places in which perfctl keeps itself"
	strings:
		$library = "libgcwrap.so"
		$copy = "wizlmsh"
		$self = "perfcc"
		$clean = "perfclean"
		$notes = "/tmp/.xdiag"
	condition:
		uint32(0) == 0x464c457f and filesize < 32MB and 3 of them
}
