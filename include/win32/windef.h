/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * windef.h - Win32's basic types. Every width is Windows' own, whatever the host's are.
 *
 * These headers call themselves system headers because they share many names, with the same values,
 * with include/nt: a source that needs both worlds would drown in redefinition warnings otherwise.
 */
#ifndef DOTSYS_WIN32_WINDEF_H
#define DOTSYS_WIN32_WINDEF_H
#pragma GCC system_header

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* Client code has one calling convention, the host's. */
#define WINAPI
#define WINAPIV
#define APIENTRY
#define CALLBACK
#ifndef __stdcall
#define __stdcall
#endif
#ifndef __cdecl
#define __cdecl
#endif
#ifndef __int64
#define __int64 long long
#endif

/* Functions that libdotsys implements. */
#define WINBASEAPI __attribute__((visibility("default")))

#ifndef CONST
#define CONST const
#endif
#ifndef VOID
#define VOID void
#endif
#ifndef IN
#define IN
#endif
#ifndef OUT
#define OUT
#endif
#ifndef OPTIONAL
#define OPTIONAL
#endif
#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif

#define MAX_PATH 260

/* nt/ntdef.h has all of these; NT_ALIGN_64 tells that it came first. */
#ifndef NT_ALIGN_64

/* Windows aligns 8-byte integers to 8 in structures on x86 too; i386 Linux would take 4. */
#define WIN32_ALIGN_64 __attribute__((aligned(8)))

typedef void *PVOID;
typedef char CHAR, *PCHAR, *PSTR, *LPSTR;
typedef const char *PCSTR, *LPCSTR;
typedef uint8_t UCHAR, BYTE, *PUCHAR, *PBYTE;
typedef int16_t SHORT, *PSHORT;
typedef uint16_t USHORT, WORD, *PUSHORT, *PWORD;
typedef int32_t LONG, INT, INT32, LONG32, *PLONG, *PINT;
typedef uint32_t ULONG, UINT, DWORD, UINT32, ULONG32, DWORD32, *PULONG, *PUINT, *PDWORD;
typedef long long LONGLONG WIN32_ALIGN_64, LONG64 WIN32_ALIGN_64, INT64 WIN32_ALIGN_64;
typedef unsigned long long ULONGLONG WIN32_ALIGN_64, ULONG64 WIN32_ALIGN_64;
typedef unsigned long long UINT64 WIN32_ALIGN_64, DWORD64 WIN32_ALIGN_64, DWORDLONG WIN32_ALIGN_64;
typedef LONGLONG *PLONGLONG;
typedef ULONGLONG *PULONGLONG;
typedef intptr_t INT_PTR, LONG_PTR, SSIZE_T, *PINT_PTR, *PLONG_PTR;
typedef uintptr_t UINT_PTR, ULONG_PTR, DWORD_PTR, SIZE_T, *PUINT_PTR, *PULONG_PTR, *PSIZE_T;
typedef UCHAR BOOLEAN, *PBOOLEAN;
typedef int32_t BOOL;
typedef void *HANDLE, **PHANDLE;
typedef int32_t HRESULT;
typedef uint32_t ACCESS_MASK, *PACCESS_MASK;
typedef uint16_t LANGID;
typedef uint32_t LCID;

#if !defined(__cplusplus)
typedef __CHAR16_TYPE__ WCHAR;
#elif __SIZEOF_WCHAR_T__ == 2
typedef wchar_t WCHAR;
#else
typedef char16_t WCHAR;
#endif
typedef WCHAR *PWCHAR, *PWSTR, *LPWSTR;
typedef const WCHAR *PCWSTR, *LPCWSTR;

typedef union _LARGE_INTEGER {
    __extension__ struct {
        DWORD LowPart;
        LONG HighPart;
    };
    struct {
        DWORD LowPart;
        LONG HighPart;
    } u;
    LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

typedef union _ULARGE_INTEGER {
    __extension__ struct {
        DWORD LowPart;
        DWORD HighPart;
    };
    struct {
        DWORD LowPart;
        DWORD HighPart;
    } u;
    ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

typedef struct _LUID {
    DWORD LowPart;
    LONG HighPart;
} LUID, *PLUID;

typedef struct _GUID {
    DWORD Data1;
    WORD Data2;
    WORD Data3;
    BYTE Data4[8];
} GUID, *LPGUID;

typedef struct _LIST_ENTRY {
    struct _LIST_ENTRY *Flink;
    struct _LIST_ENTRY *Blink;
} LIST_ENTRY, *PLIST_ENTRY;

#endif /* NT_ALIGN_64 */

typedef void *LPVOID, *HLOCAL, *HGLOBAL;
typedef const void *LPCVOID;
typedef BYTE *LPBYTE;
typedef WORD *LPWORD;
typedef int *LPINT;
typedef LONG *LPLONG;
typedef DWORD *LPDWORD;
typedef BOOL *PBOOL, *LPBOOL;
typedef HANDLE *LPHANDLE;
typedef float FLOAT;

typedef struct _FILETIME {
    DWORD dwLowDateTime;
    DWORD dwHighDateTime;
} FILETIME, *PFILETIME, *LPFILETIME;

#ifdef UNICODE
typedef WCHAR TCHAR, *PTSTR, *LPTSTR;
typedef const WCHAR *PCTSTR, *LPCTSTR;
#if __SIZEOF_WCHAR_T__ == 2
#define WIN32_TEXT_(literal) L##literal
#else
#define WIN32_TEXT_(literal) u##literal
#endif
#else
typedef char TCHAR, *PTSTR, *LPTSTR;
typedef const char *PCTSTR, *LPCTSTR;
#define WIN32_TEXT_(literal) literal
#endif
#define TEXT(literal) WIN32_TEXT_(literal)

#define LOBYTE(word)         ((BYTE)(DWORD_PTR)(word))
#define HIBYTE(word)         ((BYTE)((DWORD_PTR)(word) >> 8))
#define LOWORD(dword)        ((WORD)(DWORD_PTR)(dword))
#define HIWORD(dword)        ((WORD)((DWORD_PTR)(dword) >> 16))
#define MAKEWORD(low, high)  ((WORD)((BYTE)(low) | (WORD)((BYTE)(high) << 8)))
#define MAKELONG(low, high)  ((LONG)((WORD)(low) | (DWORD)(WORD)(high) << 16))

/* From pointers and handles to 32 bits and back, said aloud. */
#define PtrToUlong(pointer)    ((ULONG)(ULONG_PTR)(pointer))
#define PtrToLong(pointer)     ((LONG)(LONG_PTR)(pointer))
#define UlongToPtr(number)     ((void *)(ULONG_PTR)(ULONG)(number))
#define LongToPtr(number)      ((void *)(LONG_PTR)(LONG)(number))
#define HandleToUlong(handle)  ((ULONG)(ULONG_PTR)(handle))
#define HandleToLong(handle)   ((LONG)(LONG_PTR)(handle))
#define UlongToHandle(number)  ((HANDLE)(ULONG_PTR)(ULONG)(number))
#define LongToHandle(number)   ((HANDLE)(LONG_PTR)(LONG)(number))

#if !defined(__cplusplus) && !defined(NOMINMAX)
#ifndef min
#define min(a, b) ((a) < (b) ? (a) : (b))
#endif
#ifndef max
#define max(a, b) ((a) > (b) ? (a) : (b))
#endif
#endif

#endif
