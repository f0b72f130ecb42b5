// SPDX-License-Identifier: Apache-2.0
// The test file that every scanner finds. In hex, so that no scanner finds this text.

rule QS_EICAR_Test_File
{
	meta:
		author = "Quét Sạch"
		kind = "infected"
		source = "Anti-Malware Testfile, EICAR, 2003"
		description = "The harmless file with which scanners are tried out; it is no malware"
	strings:
		$begin = { 58 35 4F 21 50 25 40 41 50 5B 34 5C 50 5A 58 35 34 28 50 5E 29 37 43 43 29 37 7D }
		$end = { 24 45 49 43 41 52 2D 53 54 41 4E 44 41 52 44 2D 41 4E 54 49 56 49 52 55 53 2D 54 45 53 54 2D 46 49 4C 45 21 24 48 2B 48 2A }
	condition:
		filesize <= 128 and $begin at 0 and $end at 27
}

// In a running process: pages of memory are judged whole, many at once, and a program may hold the text behind
// its own end. Data bases come in pages too, and may speak of the test file.
rule QS_EICAR_Test_Running
{
	meta:
		author = "Quét Sạch"
		kind = "infected"
		source = "Anti-Malware Testfile, EICAR, 2003"
		description = "The text of the harmless test file in a process's memory, or at the end of a program"
	strings:
		$begin = { 58 35 4F 21 50 25 40 41 50 5B 34 5C 50 5A 58 35 34 28 50 5E 29 37 43 43 29 37 7D }
		$end = { 24 45 49 43 41 52 2D 53 54 41 4E 44 41 52 44 2D 41 4E 54 49 56 49 52 55 53 2D 54 45 53 54 2D 46 49 4C 45 21 24 48 2B 48 2A }
	condition:
		filesize < 64MB and $begin and $end and
		for any i in (1..#begin) : ($end in (@begin[i] + 27 .. @begin[i] + 28)) and
		((uint32(0) == 0x464c457f and filesize > 128 and $end in (filesize - 128 .. filesize)) or
			(filesize >= 4096 and filesize % 4096 == 0 and uint32(0) != 0x694c5153))
}
