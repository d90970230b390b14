"""Addresses of the ledger's pages."""

from django.urls import path

from terrace.ledger.views import accounts, answers, came_back, deposits, money, operators, runs, statements, transfers

app_name = "ledger"

urlpatterns = [
    path("money/", money.money, name="money"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/<str:number>/", statements.account, name="account"),
    path("accounts/<str:number>/statement.pdf", statements.paper, name="statement_paper"),
    path("accounts/<str:number>/operator/", operators.operator, name="operator"),
    path("deposits/new/", deposits.deposit, name="deposit"),
    path("transfers/<str:number>/", transfers.transfer, name="transfer"),
    path("transfers/<str:number>/take-back/", deposits.take_back, name="take_back"),
    path("payouts/", runs.runs, name="runs"),
    path("payouts/new/", runs.new, name="run_new"),
    path("payouts/answer-pattern.xlsx", answers.pattern, name="answer_pattern"),
    path("payouts/came-back/", came_back.came_back, name="came_back"),
    path("payouts/<str:number>/", runs.run, name="run"),
    path("payouts/<str:number>/again/", runs.again, name="run_again"),
    path("payouts/<str:number>/cancel/", runs.cancel, name="run_cancel"),
    path("payouts/<str:number>/file/", answers.bank_file, name="run_file"),
    path("payouts/<str:number>/answer/", answers.answer, name="run_answer"),
    path("payouts/<str:number>/without-account/", runs.without_account, name="run_without_account"),
]
