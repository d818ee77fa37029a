namespace CompressTasks.Tool.Commands;

/// <summary>
/// Scripts that ask the tool itself what may come next (System.CommandLine's <c>[suggest:POSITION]</c> directive), so that they fit every version of
/// it. Each serves <c>dotnet-compress</c> and <c>dotnet compress</c>, and leaves the completion of other <c>dotnet</c> commands to what was there
/// before.
/// </summary>
internal static class CompletionScripts
{
    private static readonly Dictionary<string, string> _scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            # Completion of dotnet compress. To use it: eval "$(dotnet compress completion bash)"
            _dotnet_compress() {
                local line=${COMP_LINE:0:COMP_POINT} current=${COMP_WORDS[COMP_CWORD]} tool=(dotnet-compress) IFS=$'\n'
                [[ $line =~ ^[[:space:]]*[^[:space:]]*dotnet([[:space:]]+|-)compress[[:space:]](.*)$ ]] || return
                [[ ${BASH_REMATCH[1]} == - ]] || tool=(dotnet compress)
                local rest=${BASH_REMATCH[2]}
                COMPREPLY=($(compgen -W "$("${tool[@]}" "[suggest:${#rest}]" "$rest" 2>/dev/null)" -- "$current"; compgen -f -- "$current"))
            }
            _dotnet_compress_or_other() {
                if [[ $COMP_CWORD -gt 1 && ${COMP_WORDS[1]} == compress ]]; then
                    _dotnet_compress "$@"
                elif [[ -n $_dotnet_before_compress ]]; then
                    "$_dotnet_before_compress" "$@"
                fi
            }
            if [[ $(complete -p dotnet 2>/dev/null) =~ -F[[:space:]]+([^[:space:]]+) && ${BASH_REMATCH[1]} != _dotnet_compress_or_other ]]; then
                _dotnet_before_compress=${BASH_REMATCH[1]}
            fi
            complete -o filenames -F _dotnet_compress dotnet-compress
            complete -o filenames -F _dotnet_compress_or_other dotnet

            """,
        ["zsh"] = """
            # Completion of dotnet compress. To use it, after compinit: eval "$(dotnet compress completion zsh)"
            _dotnet_compress() {
                local line="${BUFFER[1,$CURSOR]}" rest
                local -a tool suggestions
                if [[ $line =~ '^[[:space:]]*[^[:space:]]*dotnet-compress[[:space:]](.*)$' ]]; then
                    tool=(dotnet-compress) rest="$match[1]"
                elif [[ $line =~ '^[[:space:]]*[^[:space:]]*dotnet[[:space:]]+compress[[:space:]](.*)$' ]]; then
                    tool=(dotnet compress) rest="$match[1]"
                elif [[ -n $_dotnet_before_compress ]]; then
                    "$_dotnet_before_compress" "$@"
                    return
                fi
                suggestions=("${(@f)$("${tool[@]}" "[suggest:${#rest}]" "$rest" 2>/dev/null)}")
                compadd -a suggestions
                _files
            }
            [[ ${_comps[dotnet]} != _dotnet_compress ]] && _dotnet_before_compress="${_comps[dotnet]}"
            compdef _dotnet_compress dotnet-compress dotnet

            """,
        ["pwsh"] = """
            # Completion of dotnet compress. To use it: dotnet compress completion pwsh | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName dotnet-compress, dotnet -ScriptBlock {
                param($wordToComplete, $commandAst, $cursorPosition)
                $line = $commandAst.ToString().PadRight($cursorPosition - $commandAst.Extent.StartOffset)
                if ($line -match '^\S*dotnet-compress\s(?<rest>.*)$') {
                    $suggestions = dotnet-compress "[suggest:$($Matches.rest.Length)]" $Matches.rest
                } elseif ($line -match '^\S*dotnet\s+compress\s(?<rest>.*)$') {
                    $suggestions = dotnet compress "[suggest:$($Matches.rest.Length)]" $Matches.rest
                } else {
                    $suggestions = dotnet complete --position $cursorPosition "$commandAst"
                }
                $suggestions | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
            }

            """,
    };

    public static IEnumerable<string> Shells => _scripts.Keys;

    public static string For(string shell) => _scripts[shell].ReplaceLineEndings("\n");
}
