// SPDX-License-Identifier: Apache-2.0
// What may be wanted where somebody installed it knowingly: shown, never called an infection.

rule QS_XMRig_Program
{
	meta:
		author = "Quét Sạch"
		family = "xmrig"
		kind = "suspicious"
		source = "XMRig, source code and documentation, xmrig.com"
		description = "The miner XMRig or a program made from it: lawful, but often installed in secret"
	strings:
		$pool = "stratum+tcp://"
		$donate = "donate-level"
		$algorithm = "randomx" nocase
		$name = "xmrig" nocase
	condition:
		(uint32(0) == 0x464c457f or uint16(0) == 0x5a4d) and filesize < 32MB and all of them
}

rule QS_XMRig_Dropper_Script
{
	meta:
		author = "Quét Sạch"
		family = "xmrig"
		kind = "suspicious"
		source = "Threat Alert: Kinsing Malware Attacks Targeting Container Environments, Aqua Security, 2020"
		description = "A script that ends rival miners, fetches a miner and enters itself into the timed tasks"
	strings:
		$shell = "#!/"
		$rival_1 = "kdevtmpfsi"
		$rival_2 = "kinsing"
		$rival_3 = "kworkerds"
		$rival_4 = "watchbog"
		$rival_5 = "ddgs"
		$kill = /pkill -(9 -)?f /
		$fetch = /(curl|wget) [^\n]{1,200}https?:\/\/[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}/
		$timed = "| crontab -"
	condition:
		filesize < 256KB and $shell at 0 and 3 of ($rival_*) and $kill and $fetch and $timed
}

rule QS_Zeus_Web_Injects
{
	meta:
		author = "Quét Sạch"
		family = "zeus"
		kind = "suspicious"
		source = "Zeus: King of the Bots, Symantec, 2009"
		description = "Instructions of the kind that Zeus and its kin follow to change the web pages of banks"
	strings:
		$url = /(^|\n)set_url [^\n]{4,300}/
		$before = /\ndata_before[ \r\n]/
		$inject = /\ndata_inject[ \r\n]/
		$after = /\ndata_after[ \r\n]/
		$end = /\ndata_end[ \r\n]/
	condition:
		filesize < 4MB and uint16(0) != 0x5a4d and all of them
}
