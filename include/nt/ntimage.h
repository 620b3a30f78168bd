/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * PE/COFF images and objects: headers, directories, sections, relocations, imports, exports, load
 * configuration, debug directories, resources, certificates, COFF symbols. Both word sizes, always.
 * File structures that are not naturally aligned are packed to two bytes.
 */
#pragma once

#include "nt/context.h"

typedef struct _IMAGE_DOS_HEADER {
    USHORT e_magic;
    USHORT e_cblp;
    USHORT e_cp;
    USHORT e_crlc;
    USHORT e_cparhdr;
    USHORT e_minalloc;
    USHORT e_maxalloc;
    USHORT e_ss;
    USHORT e_sp;
    USHORT e_csum;
    USHORT e_ip;
    USHORT e_cs;
    USHORT e_lfarlc;
    USHORT e_ovno;
    USHORT e_res[4];
    USHORT e_oemid;
    USHORT e_oeminfo;
    USHORT e_res2[10];
    LONG e_lfanew; /* file offset of the NT headers */
} IMAGE_DOS_HEADER, *PIMAGE_DOS_HEADER;

typedef struct _IMAGE_FILE_HEADER {
    USHORT Machine;
    USHORT NumberOfSections;
    ULONG TimeDateStamp;
    ULONG PointerToSymbolTable;
    ULONG NumberOfSymbols;
    USHORT SizeOfOptionalHeader;
    USHORT Characteristics;
} IMAGE_FILE_HEADER, *PIMAGE_FILE_HEADER;

typedef struct _IMAGE_DATA_DIRECTORY {
    ULONG VirtualAddress;
    ULONG Size;
} IMAGE_DATA_DIRECTORY, *PIMAGE_DATA_DIRECTORY;

#define IMAGE_DOS_SIGNATURE                            0x5a4d
#define IMAGE_OS2_SIGNATURE                            0x454e
#define IMAGE_OS2_SIGNATURE_LE                         0x454c
#define IMAGE_VXD_SIGNATURE                            0x454c
#define IMAGE_NT_SIGNATURE                             0x4550
#define IMAGE_SIZEOF_FILE_HEADER                       20
#define IMAGE_FILE_RELOCS_STRIPPED                     0x01
#define IMAGE_FILE_EXECUTABLE_IMAGE                    0x02
#define IMAGE_FILE_LINE_NUMS_STRIPPED                  0x04
#define IMAGE_FILE_LOCAL_SYMS_STRIPPED                 0x08
#define IMAGE_FILE_AGGRESIVE_WS_TRIM                   0x10
#define IMAGE_FILE_LARGE_ADDRESS_AWARE                 0x20
#define IMAGE_FILE_BYTES_REVERSED_LO                   0x80
#define IMAGE_FILE_32BIT_MACHINE                       0x0100
#define IMAGE_FILE_DEBUG_STRIPPED                      0x0200
#define IMAGE_FILE_REMOVABLE_RUN_FROM_SWAP             0x0400
#define IMAGE_FILE_NET_RUN_FROM_SWAP                   0x0800
#define IMAGE_FILE_SYSTEM                              0x1000
#define IMAGE_FILE_DLL                                 0x2000
#define IMAGE_FILE_UP_SYSTEM_ONLY                      0x4000
#define IMAGE_FILE_BYTES_REVERSED_HI                   0x8000
#define IMAGE_FILE_MACHINE_UNKNOWN                     0
#define IMAGE_FILE_MACHINE_I386                        0x014c
#define IMAGE_FILE_MACHINE_R3000                       0x0162
#define IMAGE_FILE_MACHINE_R4000                       0x0166
#define IMAGE_FILE_MACHINE_R10000                      0x0168
#define IMAGE_FILE_MACHINE_WCEMIPSV2                   0x0169
#define IMAGE_FILE_MACHINE_ALPHA                       0x0184
#define IMAGE_FILE_MACHINE_SH3                         0x01a2
#define IMAGE_FILE_MACHINE_SH3DSP                      0x01a3
#define IMAGE_FILE_MACHINE_SH3E                        0x01a4
#define IMAGE_FILE_MACHINE_SH4                         0x01a6
#define IMAGE_FILE_MACHINE_SH5                         0x01a8
#define IMAGE_FILE_MACHINE_ARM                         0x01c0
#define IMAGE_FILE_MACHINE_ARMV7                       0x01c4
#define IMAGE_FILE_MACHINE_ARMNT                       0x01c4
#define IMAGE_FILE_MACHINE_ARM64                       0xaa64
#define IMAGE_FILE_MACHINE_THUMB                       0x01c2
#define IMAGE_FILE_MACHINE_AM33                        0x01d3
#define IMAGE_FILE_MACHINE_POWERPC                     0x01f0
#define IMAGE_FILE_MACHINE_POWERPCFP                   0x01f1
#define IMAGE_FILE_MACHINE_IA64                        0x0200
#define IMAGE_FILE_MACHINE_MIPS16                      0x0266
#define IMAGE_FILE_MACHINE_ALPHA64                     0x0284
#define IMAGE_FILE_MACHINE_MIPSFPU                     0x0366
#define IMAGE_FILE_MACHINE_MIPSFPU16                   0x0466
#define IMAGE_FILE_MACHINE_AXP64                       0x0284
#define IMAGE_FILE_MACHINE_TRICORE                     0x0520
#define IMAGE_FILE_MACHINE_CEF                         0x0cef
#define IMAGE_FILE_MACHINE_EBC                         0x0ebc
#define IMAGE_FILE_MACHINE_AMD64                       0x8664
#define IMAGE_FILE_MACHINE_M32R                        0x9041
#define IMAGE_FILE_MACHINE_CEE                         0xc0ee
#define IMAGE_NUMBEROF_DIRECTORY_ENTRIES               16
#define IMAGE_SIZEOF_ROM_OPTIONAL_HEADER               56
#define IMAGE_SIZEOF_STD_OPTIONAL_HEADER               28
#define IMAGE_SIZEOF_NT_OPTIONAL32_HEADER              224
#define IMAGE_SIZEOF_NT_OPTIONAL64_HEADER              240
#define IMAGE_NT_OPTIONAL_HDR32_MAGIC                  0x010b
#define IMAGE_NT_OPTIONAL_HDR64_MAGIC                  0x020b
#define IMAGE_ROM_OPTIONAL_HDR_MAGIC                   0x0107
#define IMAGE_SIZEOF_NT_OPTIONAL_HEADER                0xf0
#define IMAGE_SUBSYSTEM_UNKNOWN                        0
#define IMAGE_SUBSYSTEM_NATIVE                         1
#define IMAGE_SUBSYSTEM_WINDOWS_GUI                    2
#define IMAGE_SUBSYSTEM_WINDOWS_CUI                    3
#define IMAGE_SUBSYSTEM_OS2_CUI                        5
#define IMAGE_SUBSYSTEM_POSIX_CUI                      7
#define IMAGE_SUBSYSTEM_NATIVE_WINDOWS                 8
#define IMAGE_SUBSYSTEM_WINDOWS_CE_GUI                 9
#define IMAGE_SUBSYSTEM_EFI_APPLICATION                10
#define IMAGE_SUBSYSTEM_EFI_BOOT_SERVICE_DRIVER        11
#define IMAGE_SUBSYSTEM_EFI_RUNTIME_DRIVER             12
#define IMAGE_SUBSYSTEM_EFI_ROM                        13
#define IMAGE_SUBSYSTEM_XBOX                           14
#define IMAGE_SUBSYSTEM_WINDOWS_BOOT_APPLICATION       16
#define IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE          0x40
#define IMAGE_DLLCHARACTERISTICS_FORCE_INTEGRITY       0x80
#define IMAGE_DLLCHARACTERISTICS_NX_COMPAT             0x0100
#define IMAGE_DLLCHARACTERISTICS_NO_ISOLATION          0x0200
#define IMAGE_DLLCHARACTERISTICS_NO_SEH                0x0400
#define IMAGE_DLLCHARACTERISTICS_NO_BIND               0x0800
#define IMAGE_DLLCHARACTERISTICS_WDM_DRIVER            0x2000
#define IMAGE_DLLCHARACTERISTICS_TERMINAL_SERVER_AWARE 0x8000
#define IMAGE_DIRECTORY_ENTRY_EXPORT                   0
#define IMAGE_DIRECTORY_ENTRY_IMPORT                   1
#define IMAGE_DIRECTORY_ENTRY_RESOURCE                 2
#define IMAGE_DIRECTORY_ENTRY_EXCEPTION                3
#define IMAGE_DIRECTORY_ENTRY_SECURITY                 4
#define IMAGE_DIRECTORY_ENTRY_BASERELOC                5
#define IMAGE_DIRECTORY_ENTRY_DEBUG                    6
#define IMAGE_DIRECTORY_ENTRY_ARCHITECTURE             7
#define IMAGE_DIRECTORY_ENTRY_GLOBALPTR                8
#define IMAGE_DIRECTORY_ENTRY_TLS                      9
#define IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG              10
#define IMAGE_DIRECTORY_ENTRY_BOUND_IMPORT             11
#define IMAGE_DIRECTORY_ENTRY_IAT                      12
#define IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT             13
#define IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR           14
#define IMAGE_SIZEOF_SHORT_NAME                        8
#define IMAGE_SIZEOF_SECTION_HEADER                    40
#define IMAGE_SIZEOF_SYMBOL                            18
#define IMAGE_SIZEOF_AUX_SYMBOL                        18
#define IMAGE_SIZEOF_RELOCATION                        10
#define IMAGE_SIZEOF_LINENUMBER                        6
#define IMAGE_SIZEOF_BASE_RELOCATION                   8
#define IMAGE_SIZEOF_ARCHIVE_MEMBER_HDR                60
#define IMAGE_DLLCHARACTERISTICS_HIGH_ENTROPY_VA 0x0020
#define IMAGE_DLLCHARACTERISTICS_APPCONTAINER    0x1000
#define IMAGE_DLLCHARACTERISTICS_GUARD_CF        0x4000

typedef struct _IMAGE_OPTIONAL_HEADER32 {
    USHORT Magic;
    UCHAR MajorLinkerVersion;
    UCHAR MinorLinkerVersion;
    ULONG SizeOfCode;
    ULONG SizeOfInitializedData;
    ULONG SizeOfUninitializedData;
    ULONG AddressOfEntryPoint;
    ULONG BaseOfCode;
    ULONG BaseOfData;
    ULONG ImageBase;
    ULONG SectionAlignment;
    ULONG FileAlignment;
    USHORT MajorOperatingSystemVersion;
    USHORT MinorOperatingSystemVersion;
    USHORT MajorImageVersion;
    USHORT MinorImageVersion;
    USHORT MajorSubsystemVersion;
    USHORT MinorSubsystemVersion;
    ULONG Win32VersionValue;
    ULONG SizeOfImage;
    ULONG SizeOfHeaders;
    ULONG CheckSum;
    USHORT Subsystem;
    USHORT DllCharacteristics;
    ULONG SizeOfStackReserve;
    ULONG SizeOfStackCommit;
    ULONG SizeOfHeapReserve;
    ULONG SizeOfHeapCommit;
    ULONG LoaderFlags;
    ULONG NumberOfRvaAndSizes;
    IMAGE_DATA_DIRECTORY DataDirectory[IMAGE_NUMBEROF_DIRECTORY_ENTRIES];
} IMAGE_OPTIONAL_HEADER32, *PIMAGE_OPTIONAL_HEADER32;

typedef struct _IMAGE_OPTIONAL_HEADER64 {
    USHORT Magic;
    UCHAR MajorLinkerVersion;
    UCHAR MinorLinkerVersion;
    ULONG SizeOfCode;
    ULONG SizeOfInitializedData;
    ULONG SizeOfUninitializedData;
    ULONG AddressOfEntryPoint;
    ULONG BaseOfCode;
    ULONGLONG ImageBase;
    ULONG SectionAlignment;
    ULONG FileAlignment;
    USHORT MajorOperatingSystemVersion;
    USHORT MinorOperatingSystemVersion;
    USHORT MajorImageVersion;
    USHORT MinorImageVersion;
    USHORT MajorSubsystemVersion;
    USHORT MinorSubsystemVersion;
    ULONG Win32VersionValue;
    ULONG SizeOfImage;
    ULONG SizeOfHeaders;
    ULONG CheckSum;
    USHORT Subsystem;
    USHORT DllCharacteristics;
    ULONGLONG SizeOfStackReserve;
    ULONGLONG SizeOfStackCommit;
    ULONGLONG SizeOfHeapReserve;
    ULONGLONG SizeOfHeapCommit;
    ULONG LoaderFlags;
    ULONG NumberOfRvaAndSizes;
    IMAGE_DATA_DIRECTORY DataDirectory[IMAGE_NUMBEROF_DIRECTORY_ENTRIES];
} IMAGE_OPTIONAL_HEADER64, *PIMAGE_OPTIONAL_HEADER64;

typedef struct _IMAGE_NT_HEADERS32 {
    ULONG Signature;
    IMAGE_FILE_HEADER FileHeader;
    IMAGE_OPTIONAL_HEADER32 OptionalHeader;
} IMAGE_NT_HEADERS32, *PIMAGE_NT_HEADERS32;

typedef struct _IMAGE_NT_HEADERS64 {
    ULONG Signature;
    IMAGE_FILE_HEADER FileHeader;
    IMAGE_OPTIONAL_HEADER64 OptionalHeader;
} IMAGE_NT_HEADERS64, *PIMAGE_NT_HEADERS64;

#if defined(__x86_64__)
typedef IMAGE_NT_HEADERS64 IMAGE_NT_HEADERS, *PIMAGE_NT_HEADERS;
typedef IMAGE_OPTIONAL_HEADER64 IMAGE_OPTIONAL_HEADER, *PIMAGE_OPTIONAL_HEADER;
#define IMAGE_NT_OPTIONAL_HDR_MAGIC IMAGE_NT_OPTIONAL_HDR64_MAGIC
#else
typedef IMAGE_NT_HEADERS32 IMAGE_NT_HEADERS, *PIMAGE_NT_HEADERS;
typedef IMAGE_OPTIONAL_HEADER32 IMAGE_OPTIONAL_HEADER, *PIMAGE_OPTIONAL_HEADER;
#define IMAGE_NT_OPTIONAL_HDR_MAGIC IMAGE_NT_OPTIONAL_HDR32_MAGIC
#endif

typedef struct _IMAGE_SECTION_HEADER {
    UCHAR Name[IMAGE_SIZEOF_SHORT_NAME]; /* NUL padded, not terminated; "/n" is a string offset */
    union {
        ULONG PhysicalAddress;
        ULONG VirtualSize;
    } Misc;
    ULONG VirtualAddress;
    ULONG SizeOfRawData;
    ULONG PointerToRawData;
    ULONG PointerToRelocations;
    ULONG PointerToLinenumbers;
    USHORT NumberOfRelocations;
    USHORT NumberOfLinenumbers;
    ULONG Characteristics;
} IMAGE_SECTION_HEADER, *PIMAGE_SECTION_HEADER;

#define IMAGE_FIRST_SECTION(headers)                                                     \
    ((PIMAGE_SECTION_HEADER)(void *)((UCHAR *)&(headers)->OptionalHeader +               \
                                     (headers)->FileHeader.SizeOfOptionalHeader))

#define IMAGE_SCN_TYPE_NO_PAD            0x08
#define IMAGE_SCN_CNT_CODE               0x20
#define IMAGE_SCN_CNT_INITIALIZED_DATA   0x40
#define IMAGE_SCN_CNT_UNINITIALIZED_DATA 0x80
#define IMAGE_SCN_LNK_OTHER              0x0100
#define IMAGE_SCN_LNK_INFO               0x0200
#define IMAGE_SCN_LNK_REMOVE             0x0800
#define IMAGE_SCN_LNK_COMDAT             0x1000
#define IMAGE_SCN_NO_DEFER_SPEC_EXC      0x4000
#define IMAGE_SCN_GPREL                  0x8000
#define IMAGE_SCN_MEM_FARDATA            0x8000
#define IMAGE_SCN_MEM_PURGEABLE          0x00020000
#define IMAGE_SCN_MEM_16BIT              0x00020000
#define IMAGE_SCN_MEM_LOCKED             0x00040000
#define IMAGE_SCN_MEM_PRELOAD            0x00080000
#define IMAGE_SCN_ALIGN_1BYTES           0x00100000
#define IMAGE_SCN_ALIGN_2BYTES           0x00200000
#define IMAGE_SCN_ALIGN_4BYTES           0x00300000
#define IMAGE_SCN_ALIGN_8BYTES           0x00400000
#define IMAGE_SCN_ALIGN_16BYTES          0x00500000
#define IMAGE_SCN_ALIGN_32BYTES          0x00600000
#define IMAGE_SCN_ALIGN_64BYTES          0x00700000
#define IMAGE_SCN_ALIGN_128BYTES         0x00800000
#define IMAGE_SCN_ALIGN_256BYTES         0x00900000
#define IMAGE_SCN_ALIGN_512BYTES         0x00a00000
#define IMAGE_SCN_ALIGN_1024BYTES        0x00b00000
#define IMAGE_SCN_ALIGN_2048BYTES        0x00c00000
#define IMAGE_SCN_ALIGN_4096BYTES        0x00d00000
#define IMAGE_SCN_ALIGN_8192BYTES        0x00e00000
#define IMAGE_SCN_ALIGN_MASK             0x00f00000
#define IMAGE_SCN_LNK_NRELOC_OVFL        0x01000000
#define IMAGE_SCN_MEM_DISCARDABLE        0x02000000
#define IMAGE_SCN_MEM_NOT_CACHED         0x04000000
#define IMAGE_SCN_MEM_NOT_PAGED          0x08000000
#define IMAGE_SCN_MEM_SHARED             0x10000000
#define IMAGE_SCN_MEM_EXECUTE            0x20000000
#define IMAGE_SCN_MEM_READ               0x40000000
#define IMAGE_SCN_MEM_WRITE              0x80000000
#define IMAGE_SCN_SCALE_INDEX            0x01

typedef struct _IMAGE_BASE_RELOCATION {
    ULONG VirtualAddress;
    ULONG SizeOfBlock; /* bytes, header and entries */
} IMAGE_BASE_RELOCATION, *PIMAGE_BASE_RELOCATION;

#define IMAGE_REL_I386_ABSOLUTE        0x00
#define IMAGE_REL_I386_DIR16           0x01
#define IMAGE_REL_I386_REL16           0x02
#define IMAGE_REL_I386_DIR32           0x06
#define IMAGE_REL_I386_DIR32NB         0x07
#define IMAGE_REL_I386_SEG12           0x09
#define IMAGE_REL_I386_SECTION         0x0a
#define IMAGE_REL_I386_SECREL          0x0b
#define IMAGE_REL_I386_TOKEN           0x0c
#define IMAGE_REL_I386_SECREL7         0x0d
#define IMAGE_REL_I386_REL32           0x14
#define IMAGE_REL_MIPS_ABSOLUTE        0x00
#define IMAGE_REL_MIPS_REFHALF         0x01
#define IMAGE_REL_MIPS_REFWORD         0x02
#define IMAGE_REL_MIPS_JMPADDR         0x03
#define IMAGE_REL_MIPS_REFHI           0x04
#define IMAGE_REL_MIPS_REFLO           0x05
#define IMAGE_REL_MIPS_GPREL           0x06
#define IMAGE_REL_MIPS_LITERAL         0x07
#define IMAGE_REL_MIPS_SECTION         0x0a
#define IMAGE_REL_MIPS_SECREL          0x0b
#define IMAGE_REL_MIPS_SECRELLO        0x0c
#define IMAGE_REL_MIPS_SECRELHI        0x0d
#define IMAGE_REL_MIPS_TOKEN           0x0e
#define IMAGE_REL_MIPS_JMPADDR16       0x10
#define IMAGE_REL_MIPS_REFWORDNB       0x22
#define IMAGE_REL_MIPS_PAIR            0x25
#define IMAGE_REL_ALPHA_ABSOLUTE       0x00
#define IMAGE_REL_ALPHA_REFLONG        0x01
#define IMAGE_REL_ALPHA_REFQUAD        0x02
#define IMAGE_REL_ALPHA_GPREL32        0x03
#define IMAGE_REL_ALPHA_LITERAL        0x04
#define IMAGE_REL_ALPHA_LITUSE         0x05
#define IMAGE_REL_ALPHA_GPDISP         0x06
#define IMAGE_REL_ALPHA_BRADDR         0x07
#define IMAGE_REL_ALPHA_HINT           0x08
#define IMAGE_REL_ALPHA_INLINE_REFLONG 0x09
#define IMAGE_REL_ALPHA_REFHI          0x0a
#define IMAGE_REL_ALPHA_REFLO          0x0b
#define IMAGE_REL_ALPHA_PAIR           0x0c
#define IMAGE_REL_ALPHA_MATCH          0x0d
#define IMAGE_REL_ALPHA_SECTION        0x0e
#define IMAGE_REL_ALPHA_SECREL         0x0f
#define IMAGE_REL_ALPHA_REFLONGNB      0x10
#define IMAGE_REL_ALPHA_SECRELLO       0x11
#define IMAGE_REL_ALPHA_SECRELHI       0x12
#define IMAGE_REL_ALPHA_REFQ3          0x13
#define IMAGE_REL_ALPHA_REFQ2          0x14
#define IMAGE_REL_ALPHA_REFQ1          0x15
#define IMAGE_REL_ALPHA_GPRELLO        0x16
#define IMAGE_REL_ALPHA_GPRELHI        0x17
#define IMAGE_REL_PPC_ABSOLUTE         0x00
#define IMAGE_REL_PPC_ADDR64           0x01
#define IMAGE_REL_PPC_ADDR32           0x02
#define IMAGE_REL_PPC_ADDR24           0x03
#define IMAGE_REL_PPC_ADDR16           0x04
#define IMAGE_REL_PPC_ADDR14           0x05
#define IMAGE_REL_PPC_REL24            0x06
#define IMAGE_REL_PPC_REL14            0x07
#define IMAGE_REL_PPC_TOCREL16         0x08
#define IMAGE_REL_PPC_TOCREL14         0x09
#define IMAGE_REL_PPC_ADDR32NB         0x0a
#define IMAGE_REL_PPC_SECREL           0x0b
#define IMAGE_REL_PPC_SECTION          0x0c
#define IMAGE_REL_PPC_IFGLUE           0x0d
#define IMAGE_REL_PPC_IMGLUE           0x0e
#define IMAGE_REL_PPC_SECREL16         0x0f
#define IMAGE_REL_PPC_REFHI            0x10
#define IMAGE_REL_PPC_REFLO            0x11
#define IMAGE_REL_PPC_PAIR             0x12
#define IMAGE_REL_PPC_SECRELLO         0x13
#define IMAGE_REL_PPC_SECRELHI         0x14
#define IMAGE_REL_PPC_GPREL            0x15
#define IMAGE_REL_PPC_TOKEN            0x16
#define IMAGE_REL_PPC_TYPEMASK         0xff
#define IMAGE_REL_PPC_NEG              0x0100
#define IMAGE_REL_PPC_BRTAKEN          0x0200
#define IMAGE_REL_PPC_BRNTAKEN         0x0400
#define IMAGE_REL_PPC_TOCDEFN          0x0800
#define IMAGE_REL_SH3_ABSOLUTE         0x00
#define IMAGE_REL_SH3_DIRECT16         0x01
#define IMAGE_REL_SH3_DIRECT32         0x02
#define IMAGE_REL_SH3_DIRECT8          0x03
#define IMAGE_REL_SH3_DIRECT8_WORD     0x04
#define IMAGE_REL_SH3_DIRECT8_LONG     0x05
#define IMAGE_REL_SH3_DIRECT4          0x06
#define IMAGE_REL_SH3_DIRECT4_WORD     0x07
#define IMAGE_REL_SH3_DIRECT4_LONG     0x08
#define IMAGE_REL_SH3_PCREL8_WORD      0x09
#define IMAGE_REL_SH3_PCREL8_LONG      0x0a
#define IMAGE_REL_SH3_PCREL12_WORD     0x0b
#define IMAGE_REL_SH3_STARTOF_SECTION  0x0c
#define IMAGE_REL_SH3_SIZEOF_SECTION   0x0d
#define IMAGE_REL_SH3_SECTION          0x0e
#define IMAGE_REL_SH3_SECREL           0x0f
#define IMAGE_REL_SH3_DIRECT32_NB      0x10
#define IMAGE_REL_SH3_GPREL4_LONG      0x11
#define IMAGE_REL_SH3_TOKEN            0x12
#define IMAGE_REL_SHM_PCRELPT          0x13
#define IMAGE_REL_SHM_REFLO            0x14
#define IMAGE_REL_SHM_REFHALF          0x15
#define IMAGE_REL_SHM_RELLO            0x16
#define IMAGE_REL_SHM_RELHALF          0x17
#define IMAGE_REL_SHM_PAIR             0x18
#define IMAGE_REL_SH_NOMODE            0x8000
#define IMAGE_REL_ARM_ABSOLUTE         0x00
#define IMAGE_REL_ARM_ADDR32           0x01
#define IMAGE_REL_ARM_ADDR32NB         0x02
#define IMAGE_REL_ARM_BRANCH24         0x03
#define IMAGE_REL_ARM_BRANCH11         0x04
#define IMAGE_REL_ARM_TOKEN            0x05
#define IMAGE_REL_ARM_GPREL12          0x06
#define IMAGE_REL_ARM_GPREL7           0x07
#define IMAGE_REL_ARM_BLX24            0x08
#define IMAGE_REL_ARM_BLX11            0x09
#define IMAGE_REL_ARM_SECTION          0x0e
#define IMAGE_REL_ARM_SECREL           0x0f
#define IMAGE_REL_ARM_MOV32A           0x10
#define IMAGE_REL_ARM_MOV32            0x10
#define IMAGE_REL_ARM_MOV32T           0x11
#define IMAGE_REL_THUMB_MOV32          0x11
#define IMAGE_REL_ARM_BRANCH20T        0x12
#define IMAGE_REL_THUMB_BRANCH20       0x12
#define IMAGE_REL_ARM_BRANCH24T        0x14
#define IMAGE_REL_THUMB_BRANCH24       0x14
#define IMAGE_REL_ARM_BLX23T           0x15
#define IMAGE_REL_THUMB_BLX23          0x15
#define IMAGE_REL_AM_ABSOLUTE          0x00
#define IMAGE_REL_AM_ADDR32            0x01
#define IMAGE_REL_AM_ADDR32NB          0x02
#define IMAGE_REL_AM_CALL32            0x03
#define IMAGE_REL_AM_FUNCINFO          0x04
#define IMAGE_REL_AM_REL32_1           0x05
#define IMAGE_REL_AM_REL32_2           0x06
#define IMAGE_REL_AM_SECREL            0x07
#define IMAGE_REL_AM_SECTION           0x08
#define IMAGE_REL_AM_TOKEN             0x09
#define IMAGE_REL_AMD64_ABSOLUTE       0x00
#define IMAGE_REL_AMD64_ADDR64         0x01
#define IMAGE_REL_AMD64_ADDR32         0x02
#define IMAGE_REL_AMD64_ADDR32NB       0x03
#define IMAGE_REL_AMD64_REL32          0x04
#define IMAGE_REL_AMD64_REL32_1        0x05
#define IMAGE_REL_AMD64_REL32_2        0x06
#define IMAGE_REL_AMD64_REL32_3        0x07
#define IMAGE_REL_AMD64_REL32_4        0x08
#define IMAGE_REL_AMD64_REL32_5        0x09
#define IMAGE_REL_AMD64_SECTION        0x0a
#define IMAGE_REL_AMD64_SECREL         0x0b
#define IMAGE_REL_AMD64_SECREL7        0x0c
#define IMAGE_REL_AMD64_TOKEN          0x0d
#define IMAGE_REL_AMD64_SREL32         0x0e
#define IMAGE_REL_AMD64_PAIR           0x0f
#define IMAGE_REL_AMD64_SSPAN32        0x10
#define IMAGE_REL_IA64_ABSOLUTE        0x00
#define IMAGE_REL_IA64_IMM14           0x01
#define IMAGE_REL_IA64_IMM22           0x02
#define IMAGE_REL_IA64_IMM64           0x03
#define IMAGE_REL_IA64_DIR32           0x04
#define IMAGE_REL_IA64_DIR64           0x05
#define IMAGE_REL_IA64_PCREL21B        0x06
#define IMAGE_REL_IA64_PCREL21M        0x07
#define IMAGE_REL_IA64_PCREL21F        0x08
#define IMAGE_REL_IA64_GPREL22         0x09
#define IMAGE_REL_IA64_LTOFF22         0x0a
#define IMAGE_REL_IA64_SECTION         0x0b
#define IMAGE_REL_IA64_SECREL22        0x0c
#define IMAGE_REL_IA64_SECREL64I       0x0d
#define IMAGE_REL_IA64_SECREL32        0x0e
#define IMAGE_REL_IA64_DIR32NB         0x10
#define IMAGE_REL_IA64_SREL14          0x11
#define IMAGE_REL_IA64_SREL22          0x12
#define IMAGE_REL_IA64_SREL32          0x13
#define IMAGE_REL_IA64_UREL32          0x14
#define IMAGE_REL_IA64_PCREL60X        0x15
#define IMAGE_REL_IA64_PCREL60B        0x16
#define IMAGE_REL_IA64_PCREL60F        0x17
#define IMAGE_REL_IA64_PCREL60I        0x18
#define IMAGE_REL_IA64_PCREL60M        0x19
#define IMAGE_REL_IA64_IMMGPREL64      0x1a
#define IMAGE_REL_IA64_TOKEN           0x1b
#define IMAGE_REL_IA64_GPREL32         0x1c
#define IMAGE_REL_IA64_ADDEND          0x1f
#define IMAGE_REL_CEF_ABSOLUTE         0x00
#define IMAGE_REL_CEF_ADDR32           0x01
#define IMAGE_REL_CEF_ADDR64           0x02
#define IMAGE_REL_CEF_ADDR32NB         0x03
#define IMAGE_REL_CEF_SECTION          0x04
#define IMAGE_REL_CEF_SECREL           0x05
#define IMAGE_REL_CEF_TOKEN            0x06
#define IMAGE_REL_CEE_ABSOLUTE         0x00
#define IMAGE_REL_CEE_ADDR32           0x01
#define IMAGE_REL_CEE_ADDR64           0x02
#define IMAGE_REL_CEE_ADDR32NB         0x03
#define IMAGE_REL_CEE_SECTION          0x04
#define IMAGE_REL_CEE_SECREL           0x05
#define IMAGE_REL_CEE_TOKEN            0x06
#define IMAGE_REL_M32R_ABSOLUTE        0x00
#define IMAGE_REL_M32R_ADDR32          0x01
#define IMAGE_REL_M32R_ADDR32NB        0x02
#define IMAGE_REL_M32R_ADDR24          0x03
#define IMAGE_REL_M32R_GPREL16         0x04
#define IMAGE_REL_M32R_PCREL24         0x05
#define IMAGE_REL_M32R_PCREL16         0x06
#define IMAGE_REL_M32R_PCREL8          0x07
#define IMAGE_REL_M32R_REFHALF         0x08
#define IMAGE_REL_M32R_REFHI           0x09
#define IMAGE_REL_M32R_REFLO           0x0a
#define IMAGE_REL_M32R_PAIR            0x0b
#define IMAGE_REL_M32R_SECTION         0x0c
#define IMAGE_REL_M32R_SECREL32        0x0d
#define IMAGE_REL_M32R_TOKEN           0x0e
#define IMAGE_REL_EBC_ABSOLUTE         0x00
#define IMAGE_REL_EBC_ADDR32NB         0x01
#define IMAGE_REL_EBC_REL32            0x02
#define IMAGE_REL_EBC_SECTION          0x03
#define IMAGE_REL_EBC_SECREL           0x04
#define IMAGE_REL_BASED_ABSOLUTE       0
#define IMAGE_REL_BASED_HIGH           1
#define IMAGE_REL_BASED_LOW            2
#define IMAGE_REL_BASED_HIGHLOW        3
#define IMAGE_REL_BASED_HIGHADJ        4
#define IMAGE_REL_BASED_MIPS_JMPADDR   5
#define IMAGE_REL_BASED_ARM_MOV32      5
#define IMAGE_REL_BASED_THUMB_MOV32    7
#define IMAGE_REL_BASED_MIPS_JMPADDR16 9
#define IMAGE_REL_BASED_IA64_IMM64     9
#define IMAGE_REL_BASED_DIR64          10

typedef struct _IMAGE_EXPORT_DIRECTORY {
    ULONG Characteristics;
    ULONG TimeDateStamp;
    USHORT MajorVersion;
    USHORT MinorVersion;
    ULONG Name;
    ULONG Base;
    ULONG NumberOfFunctions;
    ULONG NumberOfNames;
    ULONG AddressOfFunctions;
    ULONG AddressOfNames;
    ULONG AddressOfNameOrdinals;
} IMAGE_EXPORT_DIRECTORY, *PIMAGE_EXPORT_DIRECTORY;

typedef struct _IMAGE_IMPORT_BY_NAME {
    USHORT Hint;
    CHAR Name[1];
} IMAGE_IMPORT_BY_NAME, *PIMAGE_IMPORT_BY_NAME;

typedef struct _IMAGE_THUNK_DATA64 {
    union {
        ULONGLONG ForwarderString;
        ULONGLONG Function;
        ULONGLONG Ordinal;
        ULONGLONG AddressOfData;
    } u1;
} IMAGE_THUNK_DATA64, *PIMAGE_THUNK_DATA64;

typedef struct _IMAGE_THUNK_DATA32 {
    union {
        ULONG ForwarderString;
        ULONG Function;
        ULONG Ordinal;
        ULONG AddressOfData;
    } u1;
} IMAGE_THUNK_DATA32, *PIMAGE_THUNK_DATA32;

#define IMAGE_ORDINAL_FLAG64 0x8000000000000000ull
#define IMAGE_ORDINAL_FLAG32 0x80000000u
#define IMAGE_ORDINAL64(ordinal) ((ordinal) & 0xffff)
#define IMAGE_ORDINAL32(ordinal) ((ordinal) & 0xffff)
#define IMAGE_SNAP_BY_ORDINAL64(ordinal) (((ordinal) & IMAGE_ORDINAL_FLAG64) != 0)
#define IMAGE_SNAP_BY_ORDINAL32(ordinal) (((ordinal) & IMAGE_ORDINAL_FLAG32) != 0)

#if defined(__x86_64__)
typedef IMAGE_THUNK_DATA64 IMAGE_THUNK_DATA, *PIMAGE_THUNK_DATA;
#define IMAGE_ORDINAL_FLAG IMAGE_ORDINAL_FLAG64
#else
typedef IMAGE_THUNK_DATA32 IMAGE_THUNK_DATA, *PIMAGE_THUNK_DATA;
#define IMAGE_ORDINAL_FLAG IMAGE_ORDINAL_FLAG32
#endif

typedef struct _IMAGE_IMPORT_DESCRIPTOR {
    union {
        ULONG Characteristics; /* 0 ends the table */
        ULONG OriginalFirstThunk;
    };
    ULONG TimeDateStamp;
    ULONG ForwarderChain;
    ULONG Name;
    ULONG FirstThunk;
} IMAGE_IMPORT_DESCRIPTOR, *PIMAGE_IMPORT_DESCRIPTOR;

typedef struct _IMAGE_BOUND_IMPORT_DESCRIPTOR {
    ULONG TimeDateStamp;
    USHORT OffsetModuleName;
    USHORT NumberOfModuleForwarderRefs;
} IMAGE_BOUND_IMPORT_DESCRIPTOR, *PIMAGE_BOUND_IMPORT_DESCRIPTOR;

typedef struct _IMAGE_DELAYLOAD_DESCRIPTOR {
    union {
        ULONG AllAttributes;
        struct {
            ULONG RvaBased : 1;
            ULONG ReservedAttributes : 31;
        };
    } Attributes;
    ULONG DllNameRVA;
    ULONG ModuleHandleRVA;
    ULONG ImportAddressTableRVA;
    ULONG ImportNameTableRVA;
    ULONG BoundImportAddressTableRVA;
    ULONG UnloadInformationTableRVA;
    ULONG TimeDateStamp;
} IMAGE_DELAYLOAD_DESCRIPTOR, *PIMAGE_DELAYLOAD_DESCRIPTOR;

typedef struct _IMAGE_TLS_DIRECTORY64 {
    ULONGLONG StartAddressOfRawData;
    ULONGLONG EndAddressOfRawData;
    ULONGLONG AddressOfIndex;
    ULONGLONG AddressOfCallBacks;
    ULONG SizeOfZeroFill;
    ULONG Characteristics;
} IMAGE_TLS_DIRECTORY64, *PIMAGE_TLS_DIRECTORY64;

typedef struct _IMAGE_TLS_DIRECTORY32 {
    ULONG StartAddressOfRawData;
    ULONG EndAddressOfRawData;
    ULONG AddressOfIndex;
    ULONG AddressOfCallBacks;
    ULONG SizeOfZeroFill;
    ULONG Characteristics;
} IMAGE_TLS_DIRECTORY32, *PIMAGE_TLS_DIRECTORY32;

typedef struct _IMAGE_RESOURCE_DIRECTORY {
    ULONG Characteristics;
    ULONG TimeDateStamp;
    USHORT MajorVersion;
    USHORT MinorVersion;
    USHORT NumberOfNamedEntries;
    USHORT NumberOfIdEntries;
} IMAGE_RESOURCE_DIRECTORY, *PIMAGE_RESOURCE_DIRECTORY;

typedef struct _IMAGE_RESOURCE_DIRECTORY_ENTRY {
    union {
        struct {
            ULONG NameOffset : 31;
            ULONG NameIsString : 1;
        };
        ULONG Name;
        USHORT Id;
    };
    union {
        ULONG OffsetToData;
        struct {
            ULONG OffsetToDirectory : 31;
            ULONG DataIsDirectory : 1;
        };
    };
} IMAGE_RESOURCE_DIRECTORY_ENTRY, *PIMAGE_RESOURCE_DIRECTORY_ENTRY;

typedef struct _IMAGE_RESOURCE_DIR_STRING_U {
    USHORT Length;
    WCHAR NameString[1];
} IMAGE_RESOURCE_DIR_STRING_U, *PIMAGE_RESOURCE_DIR_STRING_U;

typedef struct _IMAGE_RESOURCE_DATA_ENTRY {
    ULONG OffsetToData;
    ULONG Size;
    ULONG CodePage;
    ULONG Reserved;
} IMAGE_RESOURCE_DATA_ENTRY, *PIMAGE_RESOURCE_DATA_ENTRY;

#define IMAGE_RESOURCE_NAME_IS_STRING    0x80000000u
#define IMAGE_RESOURCE_DATA_IS_DIRECTORY 0x80000000u

typedef struct _IMAGE_LOAD_CONFIG_CODE_INTEGRITY {
    USHORT Flags;
    USHORT Catalog;
    ULONG CatalogOffset;
    ULONG Reserved;
} IMAGE_LOAD_CONFIG_CODE_INTEGRITY, *PIMAGE_LOAD_CONFIG_CODE_INTEGRITY;

/* A file holds as much of it as its Size says. */
typedef struct _IMAGE_LOAD_CONFIG_DIRECTORY32 {
    ULONG Size;
    ULONG TimeDateStamp;
    USHORT MajorVersion;
    USHORT MinorVersion;
    ULONG GlobalFlagsClear;
    ULONG GlobalFlagsSet;
    ULONG CriticalSectionDefaultTimeout;
    ULONG DeCommitFreeBlockThreshold;
    ULONG DeCommitTotalFreeThreshold;
    ULONG LockPrefixTable;
    ULONG MaximumAllocationSize;
    ULONG VirtualMemoryThreshold;
    ULONG ProcessHeapFlags;
    ULONG ProcessAffinityMask;
    USHORT CSDVersion;
    USHORT DependentLoadFlags;
    ULONG EditList;
    ULONG SecurityCookie;
    ULONG SEHandlerTable;
    ULONG SEHandlerCount;
    ULONG GuardCFCheckFunctionPointer;
    ULONG GuardCFDispatchFunctionPointer;
    ULONG GuardCFFunctionTable;
    ULONG GuardCFFunctionCount;
    ULONG GuardFlags;
    IMAGE_LOAD_CONFIG_CODE_INTEGRITY CodeIntegrity;
    ULONG GuardAddressTakenIatEntryTable;
    ULONG GuardAddressTakenIatEntryCount;
    ULONG GuardLongJumpTargetTable;
    ULONG GuardLongJumpTargetCount;
    ULONG DynamicValueRelocTable;
    ULONG CHPEMetadataPointer;
    ULONG GuardRFFailureRoutine;
    ULONG GuardRFFailureRoutineFunctionPointer;
    ULONG DynamicValueRelocTableOffset;
    USHORT DynamicValueRelocTableSection;
    USHORT Reserved2;
    ULONG GuardRFVerifyStackPointerFunctionPointer;
    ULONG HotPatchTableOffset;
    ULONG Reserved3;
    ULONG EnclaveConfigurationPointer;
    ULONG VolatileMetadataPointer;
    ULONG GuardEHContinuationTable;
    ULONG GuardEHContinuationCount;
} IMAGE_LOAD_CONFIG_DIRECTORY32, *PIMAGE_LOAD_CONFIG_DIRECTORY32;

#pragma pack(push, 4)
typedef struct _IMAGE_LOAD_CONFIG_DIRECTORY64 {
    ULONG Size;
    ULONG TimeDateStamp;
    USHORT MajorVersion;
    USHORT MinorVersion;
    ULONG GlobalFlagsClear;
    ULONG GlobalFlagsSet;
    ULONG CriticalSectionDefaultTimeout;
    ULONGLONG DeCommitFreeBlockThreshold;
    ULONGLONG DeCommitTotalFreeThreshold;
    ULONGLONG LockPrefixTable;
    ULONGLONG MaximumAllocationSize;
    ULONGLONG VirtualMemoryThreshold;
    ULONGLONG ProcessAffinityMask;
    ULONG ProcessHeapFlags;
    USHORT CSDVersion;
    USHORT DependentLoadFlags;
    ULONGLONG EditList;
    ULONGLONG SecurityCookie;
    ULONGLONG SEHandlerTable;
    ULONGLONG SEHandlerCount;
    ULONGLONG GuardCFCheckFunctionPointer;
    ULONGLONG GuardCFDispatchFunctionPointer;
    ULONGLONG GuardCFFunctionTable;
    ULONGLONG GuardCFFunctionCount;
    ULONG GuardFlags;
    IMAGE_LOAD_CONFIG_CODE_INTEGRITY CodeIntegrity;
    ULONGLONG GuardAddressTakenIatEntryTable;
    ULONGLONG GuardAddressTakenIatEntryCount;
    ULONGLONG GuardLongJumpTargetTable;
    ULONGLONG GuardLongJumpTargetCount;
    ULONGLONG DynamicValueRelocTable;
    ULONGLONG CHPEMetadataPointer;
    ULONGLONG GuardRFFailureRoutine;
    ULONGLONG GuardRFFailureRoutineFunctionPointer;
    ULONG DynamicValueRelocTableOffset;
    USHORT DynamicValueRelocTableSection;
    USHORT Reserved2;
    ULONGLONG GuardRFVerifyStackPointerFunctionPointer;
    ULONG HotPatchTableOffset;
    ULONG Reserved3;
    ULONGLONG EnclaveConfigurationPointer;
    ULONGLONG VolatileMetadataPointer;
    ULONGLONG GuardEHContinuationTable;
    ULONGLONG GuardEHContinuationCount;
} IMAGE_LOAD_CONFIG_DIRECTORY64, *PIMAGE_LOAD_CONFIG_DIRECTORY64;
#pragma pack(pop)

#if defined(__x86_64__)
typedef IMAGE_LOAD_CONFIG_DIRECTORY64 IMAGE_LOAD_CONFIG_DIRECTORY, *PIMAGE_LOAD_CONFIG_DIRECTORY;
#else
typedef IMAGE_LOAD_CONFIG_DIRECTORY32 IMAGE_LOAD_CONFIG_DIRECTORY, *PIMAGE_LOAD_CONFIG_DIRECTORY;
#endif

#define IMAGE_GUARD_CF_INSTRUMENTED            0x00000100
#define IMAGE_GUARD_CFW_INSTRUMENTED           0x00000200
#define IMAGE_GUARD_CF_FUNCTION_TABLE_PRESENT  0x00000400
#define IMAGE_GUARD_SECURITY_COOKIE_UNUSED     0x00000800

typedef struct _IMAGE_DEBUG_DIRECTORY {
    ULONG Characteristics;
    ULONG TimeDateStamp;
    USHORT MajorVersion;
    USHORT MinorVersion;
    ULONG Type;
    ULONG SizeOfData;
    ULONG AddressOfRawData;
    ULONG PointerToRawData;
} IMAGE_DEBUG_DIRECTORY, *PIMAGE_DEBUG_DIRECTORY;

#define IMAGE_DEBUG_TYPE_UNKNOWN       0
#define IMAGE_DEBUG_TYPE_COFF          1
#define IMAGE_DEBUG_TYPE_CODEVIEW      2
#define IMAGE_DEBUG_TYPE_FPO           3
#define IMAGE_DEBUG_TYPE_MISC          4
#define IMAGE_DEBUG_TYPE_EXCEPTION     5
#define IMAGE_DEBUG_TYPE_FIXUP         6
#define IMAGE_DEBUG_TYPE_OMAP_TO_SRC   7
#define IMAGE_DEBUG_TYPE_OMAP_FROM_SRC 8
#define IMAGE_DEBUG_TYPE_BORLAND       9
#define IMAGE_DEBUG_TYPE_RESERVED10    10
#define IMAGE_DEBUG_TYPE_CLSID         11

/* What a CODEVIEW debug entry points to ('RSDS'): names the PDB. */
#define CV_SIGNATURE_RSDS 0x53445352u

typedef struct _CV_INFO_PDB70 {
    ULONG CvSignature;
    GUID Signature;
    ULONG Age;
    CHAR PdbFileName[1];
} CV_INFO_PDB70, *PCV_INFO_PDB70;

typedef struct _WIN_CERTIFICATE {
    ULONG dwLength;
    USHORT wRevision;
    USHORT wCertificateType;
    UCHAR bCertificate[ANYSIZE_ARRAY];
} WIN_CERTIFICATE, *PWIN_CERTIFICATE;


/* COFF objects and symbol tables. */
#pragma pack(push, 2)
typedef struct _IMAGE_SYMBOL {
    union {
        UCHAR ShortName[8];
        struct {
            ULONG Short; /* 0: Long is an offset into the string table */
            ULONG Long;
        } Name;
        ULONG LongName[2];
    } N;
    ULONG Value;
    SHORT SectionNumber;
    USHORT Type;
    UCHAR StorageClass;
    UCHAR NumberOfAuxSymbols;
} IMAGE_SYMBOL, *PIMAGE_SYMBOL;

typedef struct _IMAGE_RELOCATION {
    union {
        ULONG VirtualAddress;
        ULONG RelocCount;
    };
    ULONG SymbolTableIndex;
    USHORT Type;
} IMAGE_RELOCATION, *PIMAGE_RELOCATION;

typedef struct _IMAGE_LINENUMBER {
    union {
        ULONG SymbolTableIndex;
        ULONG VirtualAddress;
    } Type;
    USHORT Linenumber;
} IMAGE_LINENUMBER, *PIMAGE_LINENUMBER;
#pragma pack(pop)

#define IMAGE_SYM_UNDEFINED                0x00
#define IMAGE_SYM_ABSOLUTE                 (-1)
#define IMAGE_SYM_DEBUG                    (-2)
#define IMAGE_SYM_SECTION_MAX              0xfeff
#define IMAGE_SYM_SECTION_MAX_EX           0x7fffffff
#define IMAGE_SYM_TYPE_NULL                0x00
#define IMAGE_SYM_TYPE_VOID                0x01
#define IMAGE_SYM_TYPE_CHAR                0x02
#define IMAGE_SYM_TYPE_SHORT               0x03
#define IMAGE_SYM_TYPE_INT                 0x04
#define IMAGE_SYM_TYPE_LONG                0x05
#define IMAGE_SYM_TYPE_FLOAT               0x06
#define IMAGE_SYM_TYPE_DOUBLE              0x07
#define IMAGE_SYM_TYPE_STRUCT              0x08
#define IMAGE_SYM_TYPE_UNION               0x09
#define IMAGE_SYM_TYPE_ENUM                0x0a
#define IMAGE_SYM_TYPE_MOE                 0x0b
#define IMAGE_SYM_TYPE_BYTE                0x0c
#define IMAGE_SYM_TYPE_WORD                0x0d
#define IMAGE_SYM_TYPE_UINT                0x0e
#define IMAGE_SYM_TYPE_DWORD               0x0f
#define IMAGE_SYM_TYPE_PCODE               0x8000
#define IMAGE_SYM_DTYPE_NULL               0
#define IMAGE_SYM_DTYPE_POINTER            1
#define IMAGE_SYM_DTYPE_FUNCTION           2
#define IMAGE_SYM_DTYPE_ARRAY              3
#define IMAGE_SYM_CLASS_END_OF_FUNCTION    0xff
#define IMAGE_SYM_CLASS_NULL               0x00
#define IMAGE_SYM_CLASS_AUTOMATIC          0x01
#define IMAGE_SYM_CLASS_EXTERNAL           0x02
#define IMAGE_SYM_CLASS_STATIC             0x03
#define IMAGE_SYM_CLASS_REGISTER           0x04
#define IMAGE_SYM_CLASS_EXTERNAL_DEF       0x05
#define IMAGE_SYM_CLASS_LABEL              0x06
#define IMAGE_SYM_CLASS_UNDEFINED_LABEL    0x07
#define IMAGE_SYM_CLASS_MEMBER_OF_STRUCT   0x08
#define IMAGE_SYM_CLASS_ARGUMENT           0x09
#define IMAGE_SYM_CLASS_STRUCT_TAG         0x0a
#define IMAGE_SYM_CLASS_MEMBER_OF_UNION    0x0b
#define IMAGE_SYM_CLASS_UNION_TAG          0x0c
#define IMAGE_SYM_CLASS_TYPE_DEFINITION    0x0d
#define IMAGE_SYM_CLASS_UNDEFINED_STATIC   0x0e
#define IMAGE_SYM_CLASS_ENUM_TAG           0x0f
#define IMAGE_SYM_CLASS_MEMBER_OF_ENUM     0x10
#define IMAGE_SYM_CLASS_REGISTER_PARAM     0x11
#define IMAGE_SYM_CLASS_BIT_FIELD          0x12
#define IMAGE_SYM_CLASS_FAR_EXTERNAL       0x44
#define IMAGE_SYM_CLASS_BLOCK              0x64
#define IMAGE_SYM_CLASS_FUNCTION           0x65
#define IMAGE_SYM_CLASS_END_OF_STRUCT      0x66
#define IMAGE_SYM_CLASS_FILE               0x67
#define IMAGE_SYM_CLASS_SECTION            0x68
#define IMAGE_SYM_CLASS_WEAK_EXTERNAL      0x69
#define IMAGE_SYM_CLASS_CLR_TOKEN          0x6b
#define IMAGE_COMDAT_SELECT_NODUPLICATES   1
#define IMAGE_COMDAT_SELECT_ANY            2
#define IMAGE_COMDAT_SELECT_SAME_SIZE      3
#define IMAGE_COMDAT_SELECT_EXACT_MATCH    4
#define IMAGE_COMDAT_SELECT_ASSOCIATIVE    5
#define IMAGE_COMDAT_SELECT_LARGEST        6
#define IMAGE_COMDAT_SELECT_NEWEST         7
#define IMAGE_WEAK_EXTERN_SEARCH_NOLIBRARY 1
#define IMAGE_WEAK_EXTERN_SEARCH_LIBRARY   2
#define IMAGE_WEAK_EXTERN_SEARCH_ALIAS     3
