// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: The dotsys authors
//
// ProcEvt.cs - prints a line for every process that is created or exits: procevt.c in C#.
//
//     ProcEvt [-n COUNT] [-p PID]
//
// It prints "watching" when from there on no event is missed, and ends after COUNT events or with the
// exit of process PID. Exit status: 0, 1 if something was refused, 2 if the command line is wrong.
//
// One source for the .NET Framework on Windows and for Mono on Linux, where ProcEvt.exe.config says
// which library kernel32.dll is.
using System;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

internal static class Native
{
    public const uint GenericRead = 0x80000000;
    public const uint FileShareRead = 0x1, FileShareWrite = 0x2;
    public const uint OpenExisting = 3;
    public const uint Infinite = 0xffffffff;
    public const uint WaitObject0 = 0;

    // Closes what CreateFile and CreateEvent return, once, and even if an exception comes between.
    public sealed class Handle : SafeHandleZeroOrMinusOneIsInvalid
    {
        private Handle() : base(true) { }

        protected override bool ReleaseHandle()
        {
            return CloseHandle(handle);
        }
    }

    [DllImport("kernel32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
    public static extern Handle CreateFile(string name, uint access, uint share, IntPtr security,
                                           uint disposition, uint flags, IntPtr template);

    [DllImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static extern bool CloseHandle(IntPtr handle);

    [DllImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static extern bool DeviceIoControl(Handle device, uint code, byte[] input,
                                              uint inputBytes, byte[] output, uint outputBytes,
                                              out uint returned, IntPtr overlapped);

    [DllImport("kernel32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
    public static extern Handle CreateEvent(IntPtr security,
                                            [MarshalAs(UnmanagedType.Bool)] bool manualReset,
                                            [MarshalAs(UnmanagedType.Bool)] bool initialState,
                                            string name);

    [DllImport("kernel32.dll", SetLastError = true)]
    public static extern uint WaitForSingleObject(Handle handle, uint milliseconds);
}

// PROCEVT_ENTRY of procevt.h, from its bytes.
internal sealed class Entry
{
    public const int Bytes = 64;
    public const uint Exited = 0, Created = 1, Lost = 2;

    public readonly uint Kind, ProcessId, ParentId, Missing;
    public readonly DateTime Time;
    public readonly string ProcessName, ParentName;

    public Entry(byte[] bytes)
    {
        Kind = BitConverter.ToUInt32(bytes, 4);
        ProcessId = BitConverter.ToUInt32(bytes, 8);
        ParentId = BitConverter.ToUInt32(bytes, 12);
        Time = DateTime.FromFileTimeUtc(BitConverter.ToInt64(bytes, 16));
        Missing = BitConverter.ToUInt32(bytes, 24);
        ProcessName = Name(bytes, 32);
        ParentName = Name(bytes, 48);
    }

    private static string Name(byte[] bytes, int at)
    {
        int length = Array.IndexOf(bytes, (byte)0, at, 16) - at;

        return length > 0 ? Encoding.ASCII.GetString(bytes, at, length) : "?";
    }

    public override string ToString()
    {
        if (Kind == Lost)
            return string.Format("{0} events are missing here", Missing);
        return string.Format("{0:HH:mm:ss.fff} {1,-7} {2} {3}, by {4} {5}", Time,
                             Kind == Created ? "created" : "exited", ProcessId, ProcessName, ParentId,
                             ParentName);
    }
}

internal sealed class Watcher : IDisposable
{
    // CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800 and 0x801, METHOD_BUFFERED, FILE_READ_ACCESS)
    private const uint SetEventHandle = 0x226000, GetProcessEntry = 0x226004;

    private readonly Native.Handle device, changed;
    private readonly byte[] buffer = new byte[Entry.Bytes];

    public Watcher()
    {
        device = Native.CreateFile(@"\\.\ProcEvt", Native.GenericRead,
                                   Native.FileShareRead | Native.FileShareWrite, IntPtr.Zero,
                                   Native.OpenExisting, 0, IntPtr.Zero);
        if (device.IsInvalid)
            throw new Win32Exception(Marshal.GetLastWin32Error());
        changed = Native.CreateEvent(IntPtr.Zero, false, false, null);
        if (changed.IsInvalid)
            throw new Win32Exception(Marshal.GetLastWin32Error());
        SetEvent();
    }

    // The driver takes a reference of its own: the handle need only live through the call.
    private void SetEvent()
    {
        byte[] handle = BitConverter.GetBytes(changed.DangerousGetHandle().ToInt64());
        uint returned;

        if (!Native.DeviceIoControl(device, SetEventHandle, handle, (uint)handle.Length, null, 0,
                                    out returned, IntPtr.Zero))
            throw new Win32Exception(Marshal.GetLastWin32Error());
        GC.KeepAlive(changed);
    }

    // The oldest entry; waits until there is one.
    public Entry Next()
    {
        for (;;) {
            uint returned;

            if (!Native.DeviceIoControl(device, GetProcessEntry, null, 0, buffer, Entry.Bytes,
                                        out returned, IntPtr.Zero))
                throw new Win32Exception(Marshal.GetLastWin32Error());
            if (returned != 0)
                return new Entry(buffer);
            if (Native.WaitForSingleObject(changed, Native.Infinite) != Native.WaitObject0)
                throw new Win32Exception(Marshal.GetLastWin32Error());
        }
    }

    public void Dispose()
    {
        device.Dispose();
        changed.Dispose();
    }
}

internal static class Program
{
    private static void Watch(uint count, uint pid)
    {
        using (Watcher watcher = new Watcher()) {
            Entry entry;

            Console.WriteLine("watching");
            do {
                entry = watcher.Next();
                Console.WriteLine(entry);
            } while ((count == 0 || --count != 0) &&
                     !(entry.Kind == Entry.Exited && pid != 0 && entry.ProcessId == pid));
        }
    }

    private static int Main(string[] arguments)
    {
        uint count = 0, pid = 0;
        bool valid = arguments.Length % 2 == 0;

        for (int i = 0; valid && i < arguments.Length; i += 2) {
            if (arguments[i] == "-n")
                valid = uint.TryParse(arguments[i + 1], out count) && count != 0;
            else
                valid = arguments[i] == "-p" && uint.TryParse(arguments[i + 1], out pid) && pid != 0;
        }
        if (!valid) {
            Console.Error.WriteLine("Usage: ProcEvt [-n COUNT] [-p PID]");
            return 2;
        }
        try {
            Watch(count, pid);
        } catch (Win32Exception error) {
            Console.Error.WriteLine("ProcEvt: {0} (error {1})", error.Message, error.NativeErrorCode);
            return 1;
        }
        return 0;
    }
}
