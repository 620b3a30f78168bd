/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The C library the kernel exports to drivers. Each function is exported under the name behind
 * NtCrt_ (with Microsoft's leading underscore where it has one): the host's C library has the plain
 * names. All take the driver's calling convention, so the kernel may call them too, from NTAPI
 * functions without the cost of changing convention.
 */
#pragma once

#include "nt/ntdef.h"

/* Error numbers of the _s functions, and the count that means "as many as fit". */
#define NTCRT_EINVAL    22
#define NTCRT_ERANGE    34
#define NTCRT_STRUNCATE 80
#define NTCRT_TRUNCATE  ((SIZE_T)-1)

/* Order of two elements: below, above or zero. */
typedef int NTAPIV NTCRT_COMPARE(const void *First, const void *Second);

/* ---- Memory ---------------------------------------------------------------------------------- */

void *NTAPIV NtCrt_memcpy(void *Destination, const void *Source, SIZE_T Count);
void *NTAPIV NtCrt_memmove(void *Destination, const void *Source, SIZE_T Count);
void *NTAPIV NtCrt_memset(void *Destination, int Value, SIZE_T Count);
int NTAPIV NtCrt_memcmp(const void *First, const void *Second, SIZE_T Count);
void *NTAPIV NtCrt_memchr(const void *Block, int Value, SIZE_T Count);
int NTAPIV NtCrt_memcpy_s(void *Destination, SIZE_T Size, const void *Source, SIZE_T Count);
int NTAPIV NtCrt_memmove_s(void *Destination, SIZE_T Size, const void *Source, SIZE_T Count);

/* ---- Text ------------------------------------------------------------------------------------ */

SIZE_T NTAPIV NtCrt_strlen(const char *Text);
SIZE_T NTAPIV NtCrt_strnlen(const char *Text, SIZE_T Maximum);
char *NTAPIV NtCrt_strcpy(char *Destination, const char *Source);
char *NTAPIV NtCrt_strncpy(char *Destination, const char *Source, SIZE_T Count);
char *NTAPIV NtCrt_strcat(char *Destination, const char *Source);
char *NTAPIV NtCrt_strncat(char *Destination, const char *Source, SIZE_T Count);
int NTAPIV NtCrt_strncmp(const char *First, const char *Second, SIZE_T Count);
int NTAPIV NtCrt_strcmp(const char *First, const char *Second);
int NTAPIV NtCrt_strnicmp(const char *First, const char *Second, SIZE_T Count);
int NTAPIV NtCrt_stricmp(const char *First, const char *Second);
char *NTAPIV NtCrt_strchr(const char *Text, int Character);
char *NTAPIV NtCrt_strrchr(const char *Text, int Character);
char *NTAPIV NtCrt_strstr(const char *Text, const char *Wanted);
SIZE_T NTAPIV NtCrt_strspn(const char *Text, const char *Set);
char *NTAPIV NtCrt_strupr(char *Text);
char *NTAPIV NtCrt_strlwr(char *Text);
char *NTAPIV NtCrt_strrev(char *Text);
char *NTAPIV NtCrt_strnset(char *Text, int Character, SIZE_T Count);
char *NTAPIV NtCrt_strset(char *Text, int Character);
int NTAPIV NtCrt_strncpy_s(char *Destination, SIZE_T Size, const char *Source, SIZE_T Count);
int NTAPIV NtCrt_strcpy_s(char *Destination, SIZE_T Size, const char *Source);
int NTAPIV NtCrt_strncat_s(char *Destination, SIZE_T Size, const char *Source, SIZE_T Count);
int NTAPIV NtCrt_strcat_s(char *Destination, SIZE_T Size, const char *Source);
int NTAPIV NtCrt_strnset_s(char *Text, SIZE_T Size, int Character, SIZE_T Count);
int NTAPIV NtCrt_strset_s(char *Text, SIZE_T Size, int Character);
char *NTAPIV NtCrt_strtok_s(char *Text, const char *Set, char **Context);

/* ---- Wide text ------------------------------------------------------------------------------- */

SIZE_T NTAPIV NtCrt_wcslen(const WCHAR *Text);
SIZE_T NTAPIV NtCrt_wcsnlen(const WCHAR *Text, SIZE_T Maximum);
WCHAR *NTAPIV NtCrt_wcscpy(WCHAR *Destination, const WCHAR *Source);
WCHAR *NTAPIV NtCrt_wcsncpy(WCHAR *Destination, const WCHAR *Source, SIZE_T Count);
WCHAR *NTAPIV NtCrt_wcscat(WCHAR *Destination, const WCHAR *Source);
WCHAR *NTAPIV NtCrt_wcsncat(WCHAR *Destination, const WCHAR *Source, SIZE_T Count);
int NTAPIV NtCrt_wcsncmp(const WCHAR *First, const WCHAR *Second, SIZE_T Count);
int NTAPIV NtCrt_wcscmp(const WCHAR *First, const WCHAR *Second);
int NTAPIV NtCrt_wcsnicmp(const WCHAR *First, const WCHAR *Second, SIZE_T Count);
int NTAPIV NtCrt_wcsicmp(const WCHAR *First, const WCHAR *Second);
WCHAR *NTAPIV NtCrt_wcschr(const WCHAR *Text, WCHAR Character);
WCHAR *NTAPIV NtCrt_wcsrchr(const WCHAR *Text, WCHAR Character);
WCHAR *NTAPIV NtCrt_wcsstr(const WCHAR *Text, const WCHAR *Wanted);
SIZE_T NTAPIV NtCrt_wcsspn(const WCHAR *Text, const WCHAR *Set);
SIZE_T NTAPIV NtCrt_wcscspn(const WCHAR *Text, const WCHAR *Set);
WCHAR *NTAPIV NtCrt_wcsupr(WCHAR *Text);
WCHAR *NTAPIV NtCrt_wcslwr(WCHAR *Text);
WCHAR *NTAPIV NtCrt_wcsrev(WCHAR *Text);
WCHAR *NTAPIV NtCrt_wcsnset(WCHAR *Text, WCHAR Character, SIZE_T Count);
int NTAPIV NtCrt_wcsncpy_s(WCHAR *Destination, SIZE_T Size, const WCHAR *Source, SIZE_T Count);
int NTAPIV NtCrt_wcscpy_s(WCHAR *Destination, SIZE_T Size, const WCHAR *Source);
int NTAPIV NtCrt_wcsncat_s(WCHAR *Destination, SIZE_T Size, const WCHAR *Source, SIZE_T Count);
int NTAPIV NtCrt_wcscat_s(WCHAR *Destination, SIZE_T Size, const WCHAR *Source);
int NTAPIV NtCrt_wcsnset_s(WCHAR *Text, SIZE_T Size, WCHAR Character, SIZE_T Count);
int NTAPIV NtCrt_wcsset_s(WCHAR *Text, SIZE_T Size, WCHAR Character);

/* ---- Formatting ------------------------------------------------------------------------------ */

int NTAPIV NtCrt_vsprintf(char *Buffer, const char *Format, NT_VA_LIST Arguments);
int NTAPIV NtCrt_sprintf(char *Buffer, const char *Format, ...);
int NTAPIV NtCrt_vswprintf(WCHAR *Buffer, const WCHAR *Format, NT_VA_LIST Arguments);
int NTAPIV NtCrt_swprintf(WCHAR *Buffer, const WCHAR *Format, ...);
int NTAPIV NtCrt_vsnprintf(char *Buffer, SIZE_T Count, const char *Format, NT_VA_LIST Arguments);
int NTAPIV NtCrt_snprintf(char *Buffer, SIZE_T Count, const char *Format, ...);
int NTAPIV NtCrt_vsnwprintf(WCHAR *Buffer, SIZE_T Count, const WCHAR *Format, NT_VA_LIST Arguments);
int NTAPIV NtCrt_snwprintf(WCHAR *Buffer, SIZE_T Count, const WCHAR *Format, ...);
int NTAPIV NtCrt_vsprintf_s(char *Buffer, SIZE_T Size, const char *Format, NT_VA_LIST Arguments);
int NTAPIV NtCrt_sprintf_s(char *Buffer, SIZE_T Size, const char *Format, ...);
int NTAPIV NtCrt_vswprintf_s(WCHAR *Buffer, SIZE_T Size, const WCHAR *Format, NT_VA_LIST Arguments);
int NTAPIV NtCrt_swprintf_s(WCHAR *Buffer, SIZE_T Size, const WCHAR *Format, ...);
int NTAPIV NtCrt_vsnprintf_s(
    char *Buffer, SIZE_T Size, SIZE_T Count, const char *Format, NT_VA_LIST Arguments);
int NTAPIV NtCrt_snprintf_s(char *Buffer, SIZE_T Size, SIZE_T Count, const char *Format, ...);
int NTAPIV NtCrt_vsnwprintf_s(
    WCHAR *Buffer, SIZE_T Size, SIZE_T Count, const WCHAR *Format, NT_VA_LIST Arguments);
int NTAPIV NtCrt_snwprintf_s(WCHAR *Buffer, SIZE_T Size, SIZE_T Count, const WCHAR *Format, ...);

/* ---- Scanning, paths ------------------------------------------------------------------------- */

int NTAPIV NtCrt_sscanf_s(const char *Buffer, const char *Format, ...);
int NTAPIV NtCrt_swscanf_s(const WCHAR *Buffer, const WCHAR *Format, ...);
int NTAPIV NtCrt_snscanf_s(const char *Buffer, SIZE_T Length, const char *Format, ...);
int NTAPIV NtCrt_snwscanf_s(const WCHAR *Buffer, SIZE_T Length, const WCHAR *Format, ...);
int NTAPIV NtCrt_splitpath_s(const char *Path, char *Drive, SIZE_T DriveSize, char *Dir,
    SIZE_T DirSize, char *Name, SIZE_T NameSize, char *Ext, SIZE_T ExtSize);
int NTAPIV NtCrt_wsplitpath_s(const WCHAR *Path, WCHAR *Drive, SIZE_T DriveSize, WCHAR *Dir,
    SIZE_T DirSize, WCHAR *Name, SIZE_T NameSize, WCHAR *Ext, SIZE_T ExtSize);
int NTAPIV NtCrt_makepath_s(char *Path, SIZE_T Size, const char *Drive, const char *Dir,
    const char *Name, const char *Ext);
int NTAPIV NtCrt_wmakepath_s(WCHAR *Path, SIZE_T Size, const WCHAR *Drive, const WCHAR *Dir,
    const WCHAR *Name, const WCHAR *Ext);

/* ---- Numbers --------------------------------------------------------------------------------- */

int NTAPIV NtCrt_atoi(const char *Text);
LONG NTAPIV NtCrt_atol(const char *Text);
int NTAPIV NtCrt_wtoi(const WCHAR *Text);
LONG NTAPIV NtCrt_wtol(const WCHAR *Text);
ULONG NTAPIV NtCrt_wcstoul(const WCHAR *Text, WCHAR **End, int Base);
ULONGLONG NTAPIV NtCrt_strtoui64(const char *Text, char **End, int Base);
char *NTAPIV NtCrt_itoa(int Value, char *Text, int Radix);
WCHAR *NTAPIV NtCrt_itow(int Value, WCHAR *Text, int Radix);
int NTAPIV NtCrt_itoa_s(int Value, char *Text, SIZE_T Size, int Radix);
int NTAPIV NtCrt_ltoa_s(LONG Value, char *Text, SIZE_T Size, int Radix);
int NTAPIV NtCrt_ultoa_s(ULONG Value, char *Text, SIZE_T Size, int Radix);
int NTAPIV NtCrt_i64toa_s(LONGLONG Value, char *Text, SIZE_T Size, int Radix);
int NTAPIV NtCrt_ui64toa_s(ULONGLONG Value, char *Text, SIZE_T Size, int Radix);
int NTAPIV NtCrt_itow_s(int Value, WCHAR *Text, SIZE_T Size, int Radix);
int NTAPIV NtCrt_ltow_s(LONG Value, WCHAR *Text, SIZE_T Size, int Radix);
int NTAPIV NtCrt_ultow_s(ULONG Value, WCHAR *Text, SIZE_T Size, int Radix);
int NTAPIV NtCrt_i64tow_s(LONGLONG Value, WCHAR *Text, SIZE_T Size, int Radix);
int NTAPIV NtCrt_ui64tow_s(ULONGLONG Value, WCHAR *Text, SIZE_T Size, int Radix);

/* ---- Characters, multi-byte text, sorting, rand ---------------------------------------------- */

int NTAPIV NtCrt_isdigit(int Character);
int NTAPIV NtCrt_islower(int Character);
int NTAPIV NtCrt_isupper(int Character);
int NTAPIV NtCrt_isprint(int Character);
int NTAPIV NtCrt_isspace(int Character);
int NTAPIV NtCrt_isxdigit(int Character);
int NTAPIV NtCrt_tolower(int Character);
int NTAPIV NtCrt_toupper(int Character);
WCHAR NTAPIV NtCrt_towlower(WCHAR Character);
WCHAR NTAPIV NtCrt_towupper(WCHAR Character);
SIZE_T NTAPIV NtCrt_mbstowcs(WCHAR *Destination, const char *Source, SIZE_T Count);
SIZE_T NTAPIV NtCrt_wcstombs(char *Destination, const WCHAR *Source, SIZE_T Count);
int NTAPIV NtCrt_mbtowc(WCHAR *Destination, const char *Source, SIZE_T Count);
int NTAPIV NtCrt_wctomb(char *Destination, WCHAR Character);
void *NTAPIV NtCrt_bsearch(
    const void *Key, const void *Base, SIZE_T Count, SIZE_T Size, NTCRT_COMPARE *Compare);
void NTAPIV NtCrt_qsort(void *Base, SIZE_T Count, SIZE_T Size, NTCRT_COMPARE *Compare);
void NTAPIV NtCrt_srand(unsigned Seed);
int NTAPIV NtCrt_rand(void);

/* ---- Called by compilers --------------------------------------------------------------------- */

int NTAPIV NtCrt_purecall(void);

/* These take their arguments in registers: not to be called from C. */
void NtCrt_chkstk(void);
#if defined(__i386__)
void NtCrt_alloca_probe_8(void);
void NtCrt_alloca_probe_16(void);
void NtCrt_alldvrm(void);
void NtCrt_aulldvrm(void);
void NtCrt_allshl(void);
void NtCrt_allshr(void);
void NtCrt_aullshr(void);
void NtCrt_CIcos(void);
void NtCrt_CIsin(void);
void NtCrt_CIsqrt(void);

LONGLONG NTAPI NtCrt_allmul(LONGLONG A, LONGLONG B);
LONGLONG NTAPI NtCrt_alldiv(LONGLONG A, LONGLONG B);
LONGLONG NTAPI NtCrt_allrem(LONGLONG A, LONGLONG B);
ULONGLONG NTAPI NtCrt_aulldiv(ULONGLONG A, ULONGLONG B);
ULONGLONG NTAPI NtCrt_aullrem(ULONGLONG A, ULONGLONG B);
LONGLONG NTAPI RtlpDivideSigned(LONGLONG A, LONGLONG B, LONGLONG *Remainder);
ULONGLONG NTAPI RtlpDivideUnsigned(ULONGLONG A, ULONGLONG B, ULONGLONG *Remainder);
#endif
