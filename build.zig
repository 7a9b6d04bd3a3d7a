// The house of Tong, second road: zig 0.11.0 and 0.14.0-dev.2456 (make zig fetches one of them).
// The lists are the Makefile's (tests/rules/roads.py compares); what moved between the two zigs is
// wrapped in the helpers at the end.
const std = @import("std");

const new_api = @hasDecl(std.Build, "path"); // came with 0.12, like all the other changes below

const version = "0.1.0";

const core_libs = [_][]const u8{ "libcrypto", "libzstd", "jansson", "libqrencode" };
const publisher_libs = core_libs ++ [_][]const u8{ "libgit2", "libcmark", "libarchive", "yaml-0.1", "expat", "xlsxwriter", "libmicrohttpd" };
const agent_libs = core_libs ++ [_][]const u8{ "sqlite3", "libcurl" };
const agent_prog_libs = agent_libs ++ [_][]const u8{ "libmicrohttpd", "zlib", "libbrotlienc", "inih", "gnutls" };
const agent_git_libs = [_][]const u8{"libgit2"};
const agent_prog_files = [_][]const u8{ "agent/main.c", "agent/cmd_*.c", "agent/serve*.c" };
// The names that the shared library exports.
const agent_map = "agent/libtong-agent.map";

const warnings = [_][]const u8{
    "-Wall",           "-Wextra",              "-Wshadow",
    "-Wvla",           "-Wformat=2",           "-Wstrict-prototypes",
    "-Wpointer-arith", "-Wmissing-prototypes", "-Wwrite-strings",
};

const House = struct {
    b: *std.Build,
    target: Target,
    optimize: std.builtin.OptimizeMode,
    flags: []const []const u8,
    triple: ?[]const u8,
    strip: bool,

    /// A program from these sources and libraries of ours.
    fn program(h: House, name: []const u8, files: []const []const u8, ours: []const *Compile, libs: []const []const u8) *Compile {
        const s = h.b.addExecutable(.{ .name = name, .target = h.target, .optimize = h.optimize });
        h.finish(s, files);
        s.pie = true;
        for (ours) |o| s.linkLibrary(o);
        h.link(s, libs);
        return s;
    }

    /// A static library. System libraries are linked where a program is linked: in a static
    /// library newer zigs would make members of them.
    fn archive(h: House, name: []const u8, files: []const []const u8) *Compile {
        const s = h.b.addStaticLibrary(.{ .name = name, .target = h.target, .optimize = h.optimize });
        h.finish(s, files);
        return s;
    }

    fn finish(h: House, s: *Compile, files: []const []const u8) void {
        addC(s, files, h.flags);
        for ([_][]const u8{ ".", "core/include", "agent/include" }) |dir| s.addIncludePath(path(h.b, dir));
        s.linkLibC();
        setStripAndPic(s, h.strip);
    }

    fn link(h: House, s: *Compile, libs: []const []const u8) void {
        if (h.triple) |t| s.addLibraryPath(absolute(h.b.fmt("/usr/lib/{s}", .{t})));
        for (libs) |l| {
            // Across machines the build machine's pkg-config would name the wrong folders.
            if (h.triple != null) s.linkSystemLibrary2(linkName(l), .{ .use_pkg_config = .no }) else s.linkSystemLibrary(l);
        }
    }

    /// The Chinese messages, where the installed programs find them. Without msgfmt they speak English.
    fn messages(h: House) void {
        const msgfmt = h.b.findProgram(&.{"msgfmt"}, &.{}) catch return;
        const run = h.b.addSystemCommand(&.{ msgfmt, "-o" });
        const mo = run.addOutputFileArg("tong.mo");
        addInput(run, path(h.b, "po/zh_CN.po"));
        h.b.getInstallStep().dependOn(&h.b.addInstallFile(mo, "share/locale/zh_CN/LC_MESSAGES/tong.mo").step);
    }

    /// The .c files of a folder in order of their names, those that pass `keep`.
    fn sources(h: House, dir: []const u8, comptime keep: fn ([]const u8) bool) []const []const u8 {
        var list = std.ArrayList([]const u8).init(h.b.allocator);
        var d = openDir(h.b, dir) orelse return list.items;
        var it = d.iterate();
        while (it.next() catch null) |e| {
            const p = h.b.fmt("{s}/{s}", .{ dir, e.name });
            if (std.mem.endsWith(u8, p, ".c") and keep(p)) list.append(p) catch @panic("OOM");
        }
        std.mem.sort([]const u8, list.items, {}, before);
        return list.items;
    }
};

pub fn build(b: *std.Build) void {
    const triple = b.option([]const u8, "multiarch", "Debian triplet, needed with -Dtarget, e.g. aarch64-linux-gnu");
    const ubsan = b.option(bool, "ubsan", "trap undefined behaviour in C (zig's default)") orelse true;
    const h = House{
        .b = b,
        .target = b.standardTargetOptions(.{}),
        .optimize = b.standardOptimizeOption(.{}),
        .flags = cFlags(b, triple orelse "x86_64-linux-gnu", ubsan),
        .triple = triple,
        .strip = b.option(bool, "strip", "omit debug information") orelse false,
    };

    const core = h.archive("tong-core", h.sources("core", any));
    const agent = h.archive("tong-agent", h.sources("agent", ofAgentLibrary));
    const tong_publish = h.program("tong-publish", h.sources("publisher", any), &.{core}, &publisher_libs);
    const tong_agent = h.program("tong-agent", h.sources("agent", ofAgentProgram), &.{ agent, core }, &agent_prog_libs);
    const tong_agent_git = h.program("tong-agent-git", h.sources("agent/git", any), &.{}, &agent_git_libs);
    const shared = b.addSharedLibrary(.{
        .name = "tong-agent",
        .version = std.SemanticVersion.parse(version) catch unreachable,
        .target = h.target,
        .optimize = h.optimize,
    });
    h.finish(shared, h.sources("agent", ofAgentLibrary));
    addC(shared, h.sources("core", any), h.flags);
    setVersionScript(shared, b, agent_map);
    h.link(shared, &agent_libs);
    // -Dgit=false: what a node runs, without libgit2 and the publisher, which reads its catalogue by it.
    const git = b.option(bool, "git", "build what needs libgit2 (default: true)") orelse true;
    for ([_]*Compile{ core, agent, tong_agent, shared }) |s| b.installArtifact(s);
    if (git) for ([_]*Compile{ tong_publish, tong_agent_git }) |s| b.installArtifact(s);
    h.messages();

    // Test programs: what they are linked with is the first word of their name; house_* gets all.
    const serve = h.archive("tong-serve", h.sources("agent", ofServe));
    const publisher = h.archive("tong-publisher", h.sources("publisher", notProgram));
    const test_step = b.step("test", "run the unit tests");
    for (h.sources("tests/unit", any)) |file| {
        const name = file["tests/unit/".len .. file.len - 2];
        const of = name[0 .. std.mem.indexOfScalar(u8, name, '_') orelse name.len];
        const exe = if (std.mem.eql(u8, of, "core"))
            h.program(name, &.{file}, &.{core}, &(core_libs ++ [_][]const u8{"sqlite3"})) // a test reads what core writes
        else if (std.mem.eql(u8, of, "agent"))
            h.program(name, &.{file}, &.{ serve, agent, core }, &(agent_prog_libs ++ [_][]const u8{"libarchive"})) // its bundles are made by it
        else if (!git)
            continue
        else if (std.mem.eql(u8, of, "publisher"))
            h.program(name, &.{file}, &.{ publisher, core }, &publisher_libs)
        else
            h.program(name, &.{file}, &.{ publisher, serve, agent, core }, &(publisher_libs ++ agent_prog_libs));
        const run = b.addRunArtifact(exe);
        run.has_side_effects = true; // never answer a test from the cache
        test_step.dependOn(&run.step);
    }
}

fn cFlags(b: *std.Build, triple: []const u8, ubsan: bool) []const []const u8 {
    const site = b.fmt("-DTONG_SITE_DIR=\"{s}/share/tong/site\"", .{b.install_prefix});
    const fixed = [_][]const u8{
        "-std=c11",
        "-D_GNU_SOURCE",
        "-DTONG_VERSION=\"" ++ version ++ "\"",
        "-fvisibility=hidden",
        "-pthread",
        // zig itself adds the system's headers only to some steps; after its own libc's they are safe.
        "-idirafter/usr/include",
    } ++ warnings;
    var list = std.ArrayList([]const u8).init(b.allocator);
    list.appendSlice(b.dupeStrings(&fixed)) catch @panic("OOM");
    list.append(b.fmt("-idirafter/usr/include/{s}", .{triple})) catch @panic("OOM");
    list.append(site) catch @panic("OOM");
    list.append(b.fmt("-DTONG_LOCALE_DIR=\"{s}/share/locale\"", .{b.install_prefix})) catch @panic("OOM");
    list.append(b.fmt("-DTONG_LIBEXEC_DIR=\"{s}/libexec/tong\"", .{b.install_prefix})) catch @panic("OOM");
    if (!ubsan) list.append("-fno-sanitize=undefined") catch @panic("OOM");
    return list.items;
}

// ---- which file belongs where ----

fn any(p: []const u8) bool {
    return p.len != 0;
}

fn ofServe(p: []const u8) bool {
    return std.mem.startsWith(u8, p, "agent/serve");
}

fn ofAgentProgram(p: []const u8) bool {
    for (agent_prog_files) |pattern| {
        const star = std.mem.indexOfScalar(u8, pattern, '*') orelse pattern.len;
        if (std.mem.startsWith(u8, p, pattern[0..star])) return true;
    }
    return false;
}

fn ofAgentLibrary(p: []const u8) bool {
    return !ofAgentProgram(p);
}

fn notProgram(p: []const u8) bool {
    return !std.mem.startsWith(u8, p, "publisher/cmd_") and !std.mem.eql(u8, p, "publisher/main.c");
}

fn before(_: void, a: []const u8, b: []const u8) bool {
    return std.mem.lessThan(u8, a, b);
}

/// `yaml-0.1` and `libgit2` are names for pkg-config; the linker wants `yaml` and `git2`.
fn linkName(pc: []const u8) []const u8 {
    if (std.mem.eql(u8, pc, "yaml-0.1")) return "yaml";
    return if (std.mem.startsWith(u8, pc, "lib")) pc[3..] else pc;
}

// ---- the differences between 0.11 and 0.14 ----

const Compile = std.Build.Step.Compile;
const Target = if (new_api) std.Build.ResolvedTarget else std.zig.CrossTarget;

fn path(b: *std.Build, sub: []const u8) std.Build.LazyPath {
    return if (new_api) b.path(sub) else .{ .path = sub };
}

fn absolute(p: []const u8) std.Build.LazyPath {
    return if (new_api) .{ .cwd_relative = p } else .{ .path = p };
}

fn addInput(run: *std.Build.Step.Run, file: std.Build.LazyPath) void {
    if (new_api) run.addFileArg(file) else run.addFileSourceArg(file);
}

fn addC(s: *Compile, files: []const []const u8, flags: []const []const u8) void {
    if (files.len == 0) return;
    if (new_api) s.addCSourceFiles(.{ .files = files, .flags = flags }) else s.addCSourceFiles(files, flags);
}

fn setStripAndPic(s: *Compile, strip: bool) void {
    if (new_api) {
        s.root_module.strip = strip;
        s.root_module.pic = true;
    } else {
        s.strip = strip;
        s.force_pic = true;
    }
}

fn setVersionScript(s: *Compile, b: *std.Build, sub: []const u8) void {
    if (new_api) s.setVersionScript(path(b, sub)) else s.version_script = sub;
}

const Dir = if (new_api) std.fs.Dir else std.fs.IterableDir;

fn openDir(b: *std.Build, sub: []const u8) ?Dir {
    const root = b.build_root.handle;
    return if (new_api) root.openDir(sub, .{ .iterate = true }) catch null else root.openIterableDir(sub, .{}) catch null;
}
