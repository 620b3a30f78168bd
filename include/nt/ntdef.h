/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Basic NT types, calling conventions, strings, lists and status tests. Widths never depend on the
 * host: LONG is 32 bits everywhere, WCHAR is 16 bits (u"" literals). On i386 the 64-bit types carry
 * an explicit 8-byte alignment, as the Windows ABI lays them out in structures.
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
#define NTAPI       __attribute__((ms_abi))
#define NTAPIV      __attribute__((ms_abi))
#define FASTCALL    __attribute__((ms_abi))
#define NT_ALIGN_64
#elif defined(__i386__)
#define NTAPI       __attribute__((stdcall))
#define NTAPIV      __attribute__((cdecl))
#define FASTCALL    __attribute__((fastcall))
#define NT_ALIGN_64 __attribute__((aligned(8)))
#else
#error "dotsys runs x86 drivers: build for x86-64 or i386"
#endif

#define DECLSPEC_ALIGN(bytes) __attribute__((aligned(bytes)))
#define DECLSPEC_NORETURN     __attribute__((noreturn))
#define FORCEINLINE           static inline __attribute__((always_inline, unused))

/* The variable arguments of an NTAPIV function: walked with these, not with va_start. */
#if defined(__x86_64__)
typedef __builtin_ms_va_list NT_VA_LIST;
#define NT_VA_START(list, last) __builtin_ms_va_start(list, last)
#define NT_VA_END(list)         __builtin_ms_va_end(list)
#define NT_VA_COPY(to, from)    __builtin_ms_va_copy(to, from)
#else
typedef va_list NT_VA_LIST;
#define NT_VA_START(list, last) va_start(list, last)
#define NT_VA_END(list)         va_end(list)
#define NT_VA_COPY(to, from)    va_copy(to, from)
#endif

/* Pointer-sized slots: MEMORY_ALLOCATION_ALIGNMENT is what pool blocks are aligned to. */
#if defined(__x86_64__)
#define MEMORY_ALLOCATION_ALIGNMENT 16
#define POINTER_ALIGNMENT           DECLSPEC_ALIGN(8)
#else
#define MEMORY_ALLOCATION_ALIGNMENT 8
#define POINTER_ALIGNMENT
#endif
#define SYSTEM_CACHE_ALIGNMENT_SIZE 64
#define DECLSPEC_CACHEALIGN         DECLSPEC_ALIGN(SYSTEM_CACHE_ALIGNMENT_SIZE)

#define VOID     void
#define CONST    const
#define VOLATILE volatile

typedef void *PVOID, **PPVOID;
typedef const void *PCVOID;
typedef char CHAR, CCHAR, *PCHAR, *PCCHAR, *PSTR, *PSZ, *LPSTR;
typedef const char *PCSTR, *PCSZ, *LPCSTR;
typedef signed char SCHAR;
typedef uint8_t UCHAR, BYTE, *PUCHAR, *PBYTE;
typedef const uint8_t *PCUCHAR;
typedef int16_t SHORT, CSHORT, *PSHORT, *PCSHORT;
typedef uint16_t USHORT, WORD, *PUSHORT, *PWORD;
typedef int32_t LONG, INT, INT32, LONG32, *PLONG, *PINT;
typedef uint32_t ULONG, UINT, DWORD, UINT32, ULONG32, DWORD32, *PULONG, *PUINT, *PDWORD, *PULONG32;
typedef int64_t LONGLONG NT_ALIGN_64, LONG64 NT_ALIGN_64, INT64 NT_ALIGN_64;
typedef uint64_t ULONGLONG NT_ALIGN_64, ULONG64 NT_ALIGN_64, UINT64 NT_ALIGN_64;
typedef uint64_t DWORDLONG NT_ALIGN_64, DWORD64 NT_ALIGN_64;
typedef LONGLONG *PLONGLONG, *PLONG64;
typedef ULONGLONG *PULONGLONG, *PULONG64, *PDWORD64, *PDWORDLONG;
typedef intptr_t INT_PTR, LONG_PTR, SSIZE_T, *PINT_PTR, *PLONG_PTR;
typedef uintptr_t UINT_PTR, ULONG_PTR, DWORD_PTR, SIZE_T, *PUINT_PTR, *PULONG_PTR, *PSIZE_T;
typedef ULONG_PTR KAFFINITY, *PKAFFINITY;
typedef __CHAR16_TYPE__ WCHAR, *PWCHAR, *PWCH, *PWSTR, *LPWSTR, *NTSTRSAFE_PWSTR;
typedef const __CHAR16_TYPE__ *PCWCH, *PCWSTR, *LPCWSTR, *PCNZWCH;
typedef PWSTR PZZWSTR;
typedef UCHAR BOOLEAN, *PBOOLEAN;
typedef int32_t BOOL;
typedef PVOID HANDLE, *PHANDLE;
typedef int32_t NTSTATUS, *PNTSTATUS;
typedef int32_t HRESULT;
typedef LONG KPRIORITY;
typedef UCHAR KIRQL, *PKIRQL;
typedef CCHAR KPROCESSOR_MODE;
typedef ULONG LCID, *PLCID;
typedef USHORT LANGID;
typedef ULONG ACCESS_MASK, *PACCESS_MASK;
typedef ULONG LOGICAL, *PLOGICAL;

#define TRUE  1
#define FALSE 0

#define MINCHAR     0x80
#define MAXCHAR     0x7f
#define MINSHORT    0x8000
#define MAXSHORT    0x7fff
#define MINLONG     0x80000000
#define MAXLONG     0x7fffffff
#define MAXUCHAR    0xff
#define MAXUSHORT   0xffff
#define MAXULONG    0xffffffff
#define MAXLONGLONG 0x7fffffffffffffffll
#define MAXULONG_PTR (~(ULONG_PTR)0)
#define MAXSIZE_T    (~(SIZE_T)0)
#define ANYSIZE_ARRAY 1
#define UNICODE_NULL ((WCHAR)0)
#define ANSI_NULL    ((CHAR)0)
#define UNICODE_STRING_MAX_BYTES ((USHORT)65534)
#define UNICODE_STRING_MAX_CHARS ((USHORT)32767)

#define NT_SUCCESS(status)     ((NTSTATUS)(status) >= 0)
#define NT_INFORMATION(status) ((ULONG)(status) >> 30 == 1)
#define NT_WARNING(status)     ((ULONG)(status) >> 30 == 2)
#define NT_ERROR(status)       ((ULONG)(status) >> 30 == 3)
#define NT_FACILITY(status)    (((ULONG)(status) >> 16) & 0xfff)


#define FIELD_OFFSET(type, field)       ((LONG)offsetof(type, field))
#define UFIELD_OFFSET(type, field)      ((ULONG)offsetof(type, field))
#define RTL_FIELD_SIZE(type, field)     (sizeof(((type *)0)->field))
#define RTL_SIZEOF_THROUGH_FIELD(type, field) (offsetof(type, field) + RTL_FIELD_SIZE(type, field))
#define RTL_NUMBER_OF(array)            (sizeof(array) / sizeof((array)[0]))
#define ARRAYSIZE(array)                RTL_NUMBER_OF(array)
#define CONTAINING_RECORD(address, type, field) \
    ((type *)(void *)((UCHAR *)(address) - offsetof(type, field)))
#define UNREFERENCED_PARAMETER(name) ((void)(name))
#ifdef __cplusplus
#define C_ASSERT(condition) static_assert(condition, #condition)
#else
#define C_ASSERT(condition) _Static_assert(condition, #condition)
#endif
#define ALIGN_DOWN_BY(value, bytes) ((ULONG_PTR)(value) & ~((ULONG_PTR)(bytes) - 1))
#define ALIGN_UP_BY(value, bytes) \
    (((ULONG_PTR)(value) + (ULONG_PTR)(bytes) - 1) & ~((ULONG_PTR)(bytes) - 1))

#define HandleToULong(handle)  ((ULONG)(ULONG_PTR)(handle))
#define HandleToUlong(handle)  HandleToULong(handle)
#define ULongToHandle(number)  ((HANDLE)(ULONG_PTR)(ULONG)(number))
#define PtrToUlong(pointer)    ((ULONG)(ULONG_PTR)(pointer))
#define UlongToPtr(number)     ((PVOID)(ULONG_PTR)(ULONG)(number))

typedef union _LARGE_INTEGER {
    struct {
        ULONG LowPart;
        LONG HighPart;
    };
    struct {
        ULONG LowPart;
        LONG HighPart;
    } u;
    LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

typedef union _ULARGE_INTEGER {
    struct {
        ULONG LowPart;
        ULONG HighPart;
    };
    struct {
        ULONG LowPart;
        ULONG HighPart;
    } u;
    ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

typedef LARGE_INTEGER PHYSICAL_ADDRESS, *PPHYSICAL_ADDRESS;

typedef struct _LUID {
    ULONG LowPart;
    LONG HighPart;
} LUID, *PLUID;

typedef struct _GUID {
    ULONG Data1;
    USHORT Data2;
    USHORT Data3;
    UCHAR Data4[8];
} GUID, *LPGUID;
typedef const GUID *LPCGUID;

typedef struct _UNICODE_STRING {
    USHORT Length;        /* bytes, without a terminator */
    USHORT MaximumLength; /* bytes the buffer holds */
    PWCH Buffer;
} UNICODE_STRING, *PUNICODE_STRING;
typedef const UNICODE_STRING *PCUNICODE_STRING;

typedef struct _STRING {
    USHORT Length;
    USHORT MaximumLength;
    PCHAR Buffer;
} STRING, *PSTRING, ANSI_STRING, *PANSI_STRING, OEM_STRING, *POEM_STRING, UTF8_STRING,
    *PUTF8_STRING;
typedef const STRING *PCSTRING, *PCANSI_STRING, *PCOEM_STRING, *PCUTF8_STRING;

/* A constant UNICODE_STRING or STRING over a literal; the literal is never written through it. */
#define RTL_CONSTANT_STRING(literal) \
    { sizeof(literal) - sizeof((literal)[0]), sizeof(literal), (void *)(uintptr_t)(literal) }

typedef struct _LIST_ENTRY {
    struct _LIST_ENTRY *Flink;
    struct _LIST_ENTRY *Blink;
} LIST_ENTRY, *PLIST_ENTRY, *PRLIST_ENTRY;

typedef struct _LIST_ENTRY32 {
    ULONG Flink;
    ULONG Blink;
} LIST_ENTRY32, *PLIST_ENTRY32;

typedef struct _LIST_ENTRY64 {
    ULONGLONG Flink;
    ULONGLONG Blink;
} LIST_ENTRY64, *PLIST_ENTRY64;

typedef struct _SINGLE_LIST_ENTRY {
    struct _SINGLE_LIST_ENTRY *Next;
} SINGLE_LIST_ENTRY, *PSINGLE_LIST_ENTRY;

#if defined(__x86_64__)
typedef struct DECLSPEC_ALIGN(16) _SLIST_ENTRY {
    struct _SLIST_ENTRY *Next;
} SLIST_ENTRY, *PSLIST_ENTRY;

typedef union DECLSPEC_ALIGN(16) _SLIST_HEADER {
    struct {
        ULONGLONG Alignment;
        ULONGLONG Region;
    };
    struct {
        ULONGLONG Depth : 16;
        ULONGLONG Sequence : 48;
        ULONGLONG Reserved : 4;
        ULONGLONG NextEntry : 60; /* address bits 63-4 of the first entry */
    } HeaderX64;
} SLIST_HEADER, *PSLIST_HEADER;
#else
typedef SINGLE_LIST_ENTRY SLIST_ENTRY, *PSLIST_ENTRY;

typedef union _SLIST_HEADER {
    ULONGLONG Alignment;
    struct {
        SLIST_ENTRY Next;
        USHORT Depth;
        USHORT Sequence;
    };
} SLIST_HEADER, *PSLIST_HEADER;
#endif

typedef struct _OBJECT_ATTRIBUTES {
    ULONG Length;
    HANDLE RootDirectory;
    PUNICODE_STRING ObjectName;
    ULONG Attributes;
    PVOID SecurityDescriptor;
    PVOID SecurityQualityOfService;
} OBJECT_ATTRIBUTES, *POBJECT_ATTRIBUTES;
typedef const OBJECT_ATTRIBUTES *PCOBJECT_ATTRIBUTES;

#define OBJ_INHERIT                       0x02
#define OBJ_PERMANENT                     0x10
#define OBJ_EXCLUSIVE                     0x20
#define OBJ_CASE_INSENSITIVE              0x40
#define OBJ_OPENIF                        0x80
#define OBJ_OPENLINK                      0x0100
#define OBJ_KERNEL_HANDLE                 0x0200
#define OBJ_FORCE_ACCESS_CHECK            0x0400
#define OBJ_IGNORE_IMPERSONATED_DEVICEMAP 0x0800
#define OBJ_DONT_REPARSE                  0x1000
#define OBJ_VALID_ATTRIBUTES              0x1ff2

FORCEINLINE void InitializeObjectAttributes(OBJECT_ATTRIBUTES *Object, PCUNICODE_STRING Name,
                                            ULONG Attributes, HANDLE Root, PVOID Security)
{
    Object->Length = sizeof(*Object);
    Object->RootDirectory = Root;
    Object->ObjectName = (PUNICODE_STRING)(uintptr_t)Name;
    Object->Attributes = Attributes;
    Object->SecurityDescriptor = Security;
    Object->SecurityQualityOfService = NULL;
}

typedef struct _CLIENT_ID {
    HANDLE UniqueProcess;
    HANDLE UniqueThread;
} CLIENT_ID, *PCLIENT_ID;

typedef enum _MODE { KernelMode, UserMode, MaximumMode } MODE;

typedef enum _EVENT_TYPE { NotificationEvent, SynchronizationEvent } EVENT_TYPE;
typedef enum _TIMER_TYPE { NotificationTimer, SynchronizationTimer } TIMER_TYPE;
typedef enum _WAIT_TYPE { WaitAll, WaitAny, WaitNotification, WaitDequeue } WAIT_TYPE;

typedef enum _NT_PRODUCT_TYPE {
    NtProductWinNt = 1,
    NtProductLanManNt,
    NtProductServer
} NT_PRODUCT_TYPE, *PNT_PRODUCT_TYPE;

typedef enum _SUITE_TYPE {
    SmallBusiness,
    Enterprise,
    BackOffice,
    CommunicationServer,
    TerminalServer,
    SmallBusinessRestricted,
    EmbeddedNT,
    DataCenter,
    SingleUserTS,
    Personal,
    Blade,
    EmbeddedRestricted,
    SecurityAppliance,
    StorageServer,
    ComputeServer,
    WHServer,
    MaxSuiteType
} SUITE_TYPE, *PSUITE_TYPE;

typedef enum _SECTION_INHERIT {
    ViewShare = 1,
    ViewUnmap
} SECTION_INHERIT, *PSECTION_INHERIT;


typedef struct _PROCESSOR_NUMBER {
    USHORT Group;
    UCHAR Number;
    UCHAR Reserved;
} PROCESSOR_NUMBER, *PPROCESSOR_NUMBER;

typedef struct _GROUP_AFFINITY {
    KAFFINITY Mask;
    USHORT Group;
    USHORT Reserved[3];
} GROUP_AFFINITY, *PGROUP_AFFINITY;
