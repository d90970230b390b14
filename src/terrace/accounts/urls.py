"""Addresses of the accounts pages."""

from django.urls import path

from terrace.accounts.views import joining, links, own, own_data, people, posts, tokens

app_name = "accounts"
language_urls = [path("setlang/", own.switch_language, name="set_language")]
urlpatterns = [
    path("", people.people, name="people"),
    path("roles/", people.all_roles, name="roles"),
    path("invite/", posts.invite, name="invite"),
    path("invitations/", posts.invitations, name="invitations"),
    path("invitations/<int:invitation_id>/take-back/", posts.revoke_invitation, name="revoke_invitation"),
    path("accept/<str:secret>/", links.accept, name="accept"),
    path("join/", joining.join, name="join"),
    path("join/sent/", joining.sent, name="join_sent"),
    path("join/<str:secret>/", joining.take_up, name="join_take_up"),
    path("me/", own.profile, name="profile"),
    path("me/change/", own.change_profile, name="change_profile"),
    path("me/contact/", own.change_contact, name="change_contact"),
    path("me/data/", own_data.data, name="data"),
    path("me/close/", own_data.close, name="close"),
    path("second-factor/", own.second_factor, name="second_factor"),
    path("ways-back/", own.ways_back, name="ways_back"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/new/", tokens.issue_token, name="issue_token"),
    path("tokens/<int:token_id>/take-back/", tokens.revoke_token, name="revoke_token"),
    path("posts/<int:post_id>/end/", posts.end_post, name="end_post"),
    path("posts/<int:post_id>/stand-in/", posts.act_for, name="act_for"),
    path("<int:person_id>/", people.person, name="person"),
    path("<int:person_id>/erase/", own_data.erase, name="erase"),
    path("<int:person_id>/posts/new/", posts.give_post, name="give_post"),
    path("<int:person_id>/let-back-in/", posts.let_back_in, name="let_back_in"),
]
