/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * fileapi.h - files and folders of the machine's C:, paths, and the program's environment and resources.
 *
 * The machine's files are those of C:, a folder of its own. A Linux program's own files are on Z:, which is the host's /:
 * GetCurrentDirectory starts as the program's host directory there, and GetFullPathName and GetModuleFileName answer with
 * such names, which services take as the path of a driver's image. There is no device Z:, so files cannot be opened there
 * (error 3, or 2 for a relative name of one part). SetCurrentDirectory to a folder of C: makes relative names mean files of it.
 * TEMP and the like are answered from the program's environment only where they name a drive; GetTempPath is otherwise
 * C:\Windows\Temp\. In a 32-bit program on an x64 machine some folders of C: are others (docs/wow64.md).
 */
#ifndef DOTSYS_WIN32_FILEAPI_H
#define DOTSYS_WIN32_FILEAPI_H
#pragma GCC system_header /* see windef.h */

#include "winbase.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct HINSTANCE__ *HINSTANCE, *HMODULE;

#define INVALID_FILE_ATTRIBUTES ((DWORD)-1)

#define MOVEFILE_REPLACE_EXISTING   0x00000001
#define MOVEFILE_COPY_ALLOWED       0x00000002
#define MOVEFILE_DELAY_UNTIL_REBOOT 0x00000004
#define MOVEFILE_WRITE_THROUGH      0x00000008

#ifndef FILE_NOTIFY_CHANGE_FILE_NAME /* else nt/file.h, which has all of this, came first */
#define FILE_NOTIFY_CHANGE_FILE_NAME   0x00000001
#define FILE_NOTIFY_CHANGE_DIR_NAME    0x00000002
#define FILE_NOTIFY_CHANGE_ATTRIBUTES  0x00000004
#define FILE_NOTIFY_CHANGE_SIZE        0x00000008
#define FILE_NOTIFY_CHANGE_LAST_WRITE  0x00000010
#define FILE_NOTIFY_CHANGE_LAST_ACCESS 0x00000020
#define FILE_NOTIFY_CHANGE_CREATION    0x00000040
#define FILE_NOTIFY_CHANGE_SECURITY    0x00000100

#define FILE_ACTION_ADDED            0x00000001
#define FILE_ACTION_REMOVED          0x00000002
#define FILE_ACTION_MODIFIED         0x00000003
#define FILE_ACTION_RENAMED_OLD_NAME 0x00000004
#define FILE_ACTION_RENAMED_NEW_NAME 0x00000005

typedef struct _FILE_NOTIFY_INFORMATION {
    DWORD NextEntryOffset;
    DWORD Action;
    DWORD FileNameLength; /* bytes */
    WCHAR FileName[1];
} FILE_NOTIFY_INFORMATION, *PFILE_NOTIFY_INFORMATION;
#endif

typedef enum _GET_FILEEX_INFO_LEVELS { GetFileExInfoStandard, GetFileExMaxInfoLevel } GET_FILEEX_INFO_LEVELS;

typedef struct _WIN32_FILE_ATTRIBUTE_DATA {
    DWORD dwFileAttributes;
    FILETIME ftCreationTime;
    FILETIME ftLastAccessTime;
    FILETIME ftLastWriteTime;
    DWORD nFileSizeHigh;
    DWORD nFileSizeLow;
} WIN32_FILE_ATTRIBUTE_DATA, *LPWIN32_FILE_ATTRIBUTE_DATA;

typedef struct _WIN32_FIND_DATAA {
    DWORD dwFileAttributes;
    FILETIME ftCreationTime;
    FILETIME ftLastAccessTime;
    FILETIME ftLastWriteTime;
    DWORD nFileSizeHigh;
    DWORD nFileSizeLow;
    DWORD dwReserved0;
    DWORD dwReserved1;
    CHAR cFileName[MAX_PATH];
    CHAR cAlternateFileName[14]; /* always empty: there are no short names */
} WIN32_FIND_DATAA, *PWIN32_FIND_DATAA, *LPWIN32_FIND_DATAA;

typedef struct _WIN32_FIND_DATAW {
    DWORD dwFileAttributes;
    FILETIME ftCreationTime;
    FILETIME ftLastAccessTime;
    FILETIME ftLastWriteTime;
    DWORD nFileSizeHigh;
    DWORD nFileSizeLow;
    DWORD dwReserved0;
    DWORD dwReserved1;
    WCHAR cFileName[MAX_PATH];
    WCHAR cAlternateFileName[14];
} WIN32_FIND_DATAW, *PWIN32_FIND_DATAW, *LPWIN32_FIND_DATAW;

typedef struct _BY_HANDLE_FILE_INFORMATION {
    DWORD dwFileAttributes;
    FILETIME ftCreationTime;
    FILETIME ftLastAccessTime;
    FILETIME ftLastWriteTime;
    DWORD dwVolumeSerialNumber;
    DWORD nFileSizeHigh;
    DWORD nFileSizeLow;
    DWORD nNumberOfLinks;
    DWORD nFileIndexHigh;
    DWORD nFileIndexLow;
} BY_HANDLE_FILE_INFORMATION, *LPBY_HANDLE_FILE_INFORMATION;

/* By name */
WINBASEAPI BOOL WINAPI DeleteFileA(LPCSTR lpFileName);
WINBASEAPI BOOL WINAPI DeleteFileW(LPCWSTR lpFileName);
WINBASEAPI BOOL WINAPI CreateDirectoryA(LPCSTR lpPathName, LPSECURITY_ATTRIBUTES lpSecurityAttributes);
WINBASEAPI BOOL WINAPI CreateDirectoryW(LPCWSTR lpPathName, LPSECURITY_ATTRIBUTES lpSecurityAttributes);
WINBASEAPI BOOL WINAPI RemoveDirectoryA(LPCSTR lpPathName);
WINBASEAPI BOOL WINAPI RemoveDirectoryW(LPCWSTR lpPathName);
WINBASEAPI DWORD WINAPI GetFileAttributesA(LPCSTR lpFileName);
WINBASEAPI DWORD WINAPI GetFileAttributesW(LPCWSTR lpFileName);
WINBASEAPI BOOL WINAPI GetFileAttributesExA(LPCSTR lpFileName, GET_FILEEX_INFO_LEVELS fInfoLevelId,
                                            LPVOID lpFileInformation);
WINBASEAPI BOOL WINAPI GetFileAttributesExW(LPCWSTR lpFileName, GET_FILEEX_INFO_LEVELS fInfoLevelId,
                                            LPVOID lpFileInformation);
WINBASEAPI BOOL WINAPI SetFileAttributesA(LPCSTR lpFileName, DWORD dwFileAttributes);
WINBASEAPI BOOL WINAPI SetFileAttributesW(LPCWSTR lpFileName, DWORD dwFileAttributes);
WINBASEAPI BOOL WINAPI MoveFileA(LPCSTR lpExistingFileName, LPCSTR lpNewFileName);
WINBASEAPI BOOL WINAPI MoveFileW(LPCWSTR lpExistingFileName, LPCWSTR lpNewFileName);
/* MOVEFILE_DELAY_UNTIL_REBOOT: ERROR_NOT_SUPPORTED. */
WINBASEAPI BOOL WINAPI MoveFileExA(LPCSTR lpExistingFileName, LPCSTR lpNewFileName, DWORD dwFlags);
WINBASEAPI BOOL WINAPI MoveFileExW(LPCWSTR lpExistingFileName, LPCWSTR lpNewFileName, DWORD dwFlags);
WINBASEAPI BOOL WINAPI CopyFileA(LPCSTR lpExistingFileName, LPCSTR lpNewFileName, BOOL bFailIfExists);
WINBASEAPI BOOL WINAPI CopyFileW(LPCWSTR lpExistingFileName, LPCWSTR lpNewFileName, BOOL bFailIfExists);
WINBASEAPI HANDLE WINAPI FindFirstFileA(LPCSTR lpFileName, LPWIN32_FIND_DATAA lpFindFileData);
WINBASEAPI HANDLE WINAPI FindFirstFileW(LPCWSTR lpFileName, LPWIN32_FIND_DATAW lpFindFileData);
WINBASEAPI BOOL WINAPI FindNextFileA(HANDLE hFindFile, LPWIN32_FIND_DATAA lpFindFileData);
WINBASEAPI BOOL WINAPI FindNextFileW(HANDLE hFindFile, LPWIN32_FIND_DATAW lpFindFileData);
WINBASEAPI BOOL WINAPI FindClose(HANDLE hFindFile);

/*
 * Changes in folders of C:: those that programs and drivers of the machine make. What is changed on the host, in the folder that is
 * C:, behind the machine's back, is not told; nor are changes of security.
 */
WINBASEAPI HANDLE WINAPI FindFirstChangeNotificationA(LPCSTR lpPathName, BOOL bWatchSubtree, DWORD dwNotifyFilter);
WINBASEAPI HANDLE WINAPI FindFirstChangeNotificationW(LPCWSTR lpPathName, BOOL bWatchSubtree, DWORD dwNotifyFilter);
WINBASEAPI BOOL WINAPI FindNextChangeNotification(HANDLE hChangeHandle);
WINBASEAPI BOOL WINAPI FindCloseChangeNotification(HANDLE hChangeHandle);
WINBASEAPI BOOL WINAPI ReadDirectoryChangesW(HANDLE hDirectory, LPVOID lpBuffer, DWORD nBufferLength, BOOL bWatchSubtree,
                                             DWORD dwNotifyFilter, LPDWORD lpBytesReturned, LPOVERLAPPED lpOverlapped,
                                             LPOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine);

/* By handle */
WINBASEAPI BOOL WINAPI SetEndOfFile(HANDLE hFile);
WINBASEAPI BOOL WINAPI GetFileTime(HANDLE hFile, LPFILETIME lpCreationTime, LPFILETIME lpLastAccessTime,
                                   LPFILETIME lpLastWriteTime);
WINBASEAPI BOOL WINAPI SetFileTime(HANDLE hFile, const FILETIME *lpCreationTime, const FILETIME *lpLastAccessTime,
                                   const FILETIME *lpLastWriteTime);
WINBASEAPI BOOL WINAPI GetFileInformationByHandle(HANDLE hFile, LPBY_HANDLE_FILE_INFORMATION lpFileInformation);

/* Paths. Lengths count characters without the end; what a buffer would have needed counts it. */
WINBASEAPI DWORD WINAPI GetCurrentDirectoryA(DWORD nBufferLength, LPSTR lpBuffer);
WINBASEAPI DWORD WINAPI GetCurrentDirectoryW(DWORD nBufferLength, LPWSTR lpBuffer);
WINBASEAPI BOOL WINAPI SetCurrentDirectoryA(LPCSTR lpPathName);
WINBASEAPI BOOL WINAPI SetCurrentDirectoryW(LPCWSTR lpPathName);
WINBASEAPI DWORD WINAPI GetFullPathNameA(LPCSTR lpFileName, DWORD nBufferLength, LPSTR lpBuffer, LPSTR *lpFilePart);
WINBASEAPI DWORD WINAPI GetFullPathNameW(LPCWSTR lpFileName, DWORD nBufferLength, LPWSTR lpBuffer, LPWSTR *lpFilePart);
WINBASEAPI DWORD WINAPI GetTempPathA(DWORD nBufferLength, LPSTR lpBuffer);
WINBASEAPI DWORD WINAPI GetTempPathW(DWORD nBufferLength, LPWSTR lpBuffer);
WINBASEAPI UINT WINAPI GetTempFileNameA(LPCSTR lpPathName, LPCSTR lpPrefixString, UINT uUnique, LPSTR lpTempFileName);
WINBASEAPI UINT WINAPI GetTempFileNameW(LPCWSTR lpPathName, LPCWSTR lpPrefixString, UINT uUnique, LPWSTR lpTempFileName);
WINBASEAPI UINT WINAPI GetWindowsDirectoryA(LPSTR lpBuffer, UINT uSize);
WINBASEAPI UINT WINAPI GetWindowsDirectoryW(LPWSTR lpBuffer, UINT uSize);
WINBASEAPI UINT WINAPI GetSystemDirectoryA(LPSTR lpBuffer, UINT uSize);
WINBASEAPI UINT WINAPI GetSystemDirectoryW(LPWSTR lpBuffer, UINT uSize);

/* The program. hModule: NULL, the program itself. */
WINBASEAPI DWORD WINAPI GetModuleFileNameA(HMODULE hModule, LPSTR lpFilename, DWORD nSize);
WINBASEAPI DWORD WINAPI GetModuleFileNameW(HMODULE hModule, LPWSTR lpFilename, DWORD nSize);
WINBASEAPI DWORD WINAPI GetEnvironmentVariableA(LPCSTR lpName, LPSTR lpBuffer, DWORD nSize);
WINBASEAPI DWORD WINAPI GetEnvironmentVariableW(LPCWSTR lpName, LPWSTR lpBuffer, DWORD nSize);
WINBASEAPI DWORD WINAPI ExpandEnvironmentStringsA(LPCSTR lpSrc, LPSTR lpDst, DWORD nSize);
WINBASEAPI DWORD WINAPI ExpandEnvironmentStringsW(LPCWSTR lpSrc, LPWSTR lpDst, DWORD nSize);

/* Resources: those the program carries by DOTSYS_RESOURCE (below), all of type RT_RCDATA. */
#define MAKEINTRESOURCEA(id) ((LPSTR)(ULONG_PTR)(WORD)(id))
#define MAKEINTRESOURCEW(id) ((LPWSTR)(ULONG_PTR)(WORD)(id))
#ifdef UNICODE
#define RT_RCDATA MAKEINTRESOURCEW(10)
#else
#define RT_RCDATA MAKEINTRESOURCEA(10)
#endif
typedef struct DOTSYS_RESOURCE_ENTRY *HRSRC;
WINBASEAPI HRSRC WINAPI FindResourceA(HMODULE hModule, LPCSTR lpName, LPCSTR lpType);
WINBASEAPI HRSRC WINAPI FindResourceW(HMODULE hModule, LPCWSTR lpName, LPCWSTR lpType);
WINBASEAPI HGLOBAL WINAPI LoadResource(HMODULE hModule, HRSRC hResInfo);
WINBASEAPI LPVOID WINAPI LockResource(HGLOBAL hResData);
WINBASEAPI DWORD WINAPI SizeofResource(HMODULE hModule, HRSRC hResInfo);

/*
 * DOTSYS_RESOURCE(101, "build/msjdrvr.sys") at file scope of one C file is for a Linux program what
 * `101 RCDATA "build/msjdrvr.sys"` in a resource script is for Windows: the file's bytes in a section of the object, found with
 * FindResource(NULL, MAKEINTRESOURCE(101), RT_RCDATA). id is a number, or a macro that is one. On Windows it is nothing.
 */
typedef struct DOTSYS_RESOURCE_ENTRY {
    struct DOTSYS_RESOURCE_ENTRY *Next;
    const void *Data;
    const void *End;
    WORD Id;
} DOTSYS_RESOURCE_ENTRY;
WINBASEAPI void dotsys_add_resource(DOTSYS_RESOURCE_ENTRY *entry);

#define DOTSYS_RESOURCE_TEXT_(x) #x
#define DOTSYS_RESOURCE_TEXT(x) DOTSYS_RESOURCE_TEXT_(x)
#define DOTSYS_RESOURCE(id, file) DOTSYS_RESOURCE_(id, file)
#define DOTSYS_RESOURCE_(id, file)                                                                     \
    __asm__(".pushsection .dotsys_resources,\"a\",@progbits\n\t.balign 16\n"                           \
            "dotsys_resource_" DOTSYS_RESOURCE_TEXT(id) "_data:\n\t.incbin \"" file "\"\n"             \
            "dotsys_resource_" DOTSYS_RESOURCE_TEXT(id) "_end:\n\t.byte 0\n\t.popsection");            \
    extern const char dotsys_resource_##id##_data[] __attribute__((visibility("hidden")));             \
    extern const char dotsys_resource_##id##_end[] __attribute__((visibility("hidden")));              \
    __attribute__((constructor)) static void dotsys_resource_##id##_add(void)                          \
    {                                                                                                  \
        static DOTSYS_RESOURCE_ENTRY entry = {                                                         \
            0, dotsys_resource_##id##_data, dotsys_resource_##id##_end, (id)};                         \
        dotsys_add_resource(&entry);                                                                   \
    }                                                                                                  \
    typedef int dotsys_resource_##id##_needs_a_semicolon

#ifdef __cplusplus
}
#endif

#ifdef UNICODE
#define DOTSYS_AW(name) name##W
#define WIN32_FIND_DATA WIN32_FIND_DATAW
#define LPWIN32_FIND_DATA LPWIN32_FIND_DATAW
#define MAKEINTRESOURCE MAKEINTRESOURCEW
#else
#define DOTSYS_AW(name) name##A
#define WIN32_FIND_DATA WIN32_FIND_DATAA
#define LPWIN32_FIND_DATA LPWIN32_FIND_DATAA
#define MAKEINTRESOURCE MAKEINTRESOURCEA
#endif
#define DeleteFile               DOTSYS_AW(DeleteFile)
#define CreateDirectory          DOTSYS_AW(CreateDirectory)
#define RemoveDirectory          DOTSYS_AW(RemoveDirectory)
#define GetFileAttributes        DOTSYS_AW(GetFileAttributes)
#define GetFileAttributesEx      DOTSYS_AW(GetFileAttributesEx)
#define SetFileAttributes        DOTSYS_AW(SetFileAttributes)
#define MoveFile                 DOTSYS_AW(MoveFile)
#define MoveFileEx               DOTSYS_AW(MoveFileEx)
#define CopyFile                 DOTSYS_AW(CopyFile)
#define FindFirstFile            DOTSYS_AW(FindFirstFile)
#define FindNextFile             DOTSYS_AW(FindNextFile)
#define FindFirstChangeNotification DOTSYS_AW(FindFirstChangeNotification)
#define GetCurrentDirectory      DOTSYS_AW(GetCurrentDirectory)
#define SetCurrentDirectory      DOTSYS_AW(SetCurrentDirectory)
#define GetFullPathName          DOTSYS_AW(GetFullPathName)
#define GetTempPath              DOTSYS_AW(GetTempPath)
#define GetTempFileName          DOTSYS_AW(GetTempFileName)
#define GetWindowsDirectory      DOTSYS_AW(GetWindowsDirectory)
#define GetSystemDirectory       DOTSYS_AW(GetSystemDirectory)
#define GetModuleFileName        DOTSYS_AW(GetModuleFileName)
#define GetEnvironmentVariable   DOTSYS_AW(GetEnvironmentVariable)
#define ExpandEnvironmentStrings DOTSYS_AW(ExpandEnvironmentStrings)
#define FindResource             DOTSYS_AW(FindResource)

#endif
